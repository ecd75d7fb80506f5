/** Stands in phrases for keys and other secrets, in one word or two: `passwords`, `api keys`, `environment variables`. */
export const SECRETS = '«secret»';
/** Stands in phrases for what was said so far. */
export const CONVERSATION = '«conversation»';
/** Stands in phrases for the instructions a model works under. */
export const MODEL_PROMPT = '«model-prompt»';
/** Stands in phrases for what a person keeps to himself: contacts, home folder, browsing history. */
export const PERSONAL = '«personal»';

/** Stands in phrases for a parameter that is called by its quoted name. */
export const FIELD_NAME = '«field»';

interface Compound {
  readonly word: RegExp;
  /** The word before it; absent where the word says enough by itself. */
  readonly before?: RegExp;
  readonly kind: string;
}

const COMPOUNDS: readonly Compound[] = [
  {
    word: /^keys?$/,
    before:
      /^(?:api|private|ssh|access|secret|encryption|signing|master|gpg|pgp|host|session|recovery|wallet|aws|auth)$/,
    kind: SECRETS,
  },
  {
    word: /^(?:variables|vars)$/,
    before: /^(?:environment|env|environmental|shell|process)$/,
    kind: SECRETS,
  },
  {
    word: /^(?:number|numbers)$/,
    before: /^(?:security|passport|card|account|insurance|pin|licence|license)$/,
    kind: PERSONAL,
  },
  { word: /^(?:cards?|logins?)$/, before: /^(?:payment|credit|debit|bank|saved|stored)$/, kind: PERSONAL },
  { word: /^strings?$/, before: /^connection$/, kind: SECRETS },
  { word: /^(?:stores?|vaults?|managers?)$/, before: /^(?:password|credential)$/, kind: SECRETS },
  { word: /^(?:header|headers)$/, before: /^authorization$/, kind: SECRETS },
  { word: /^(?:phrase|phrases)$/, before: /^(?:seed|recovery|mnemonic|backup)$/, kind: SECRETS },
  {
    word: /^(?:credentials?|passwords?|passphrases?|passcodes?|keychain|id_rsa|_token|_key|_secret|logins)$/,
    kind: SECRETS,
  },
  {
    word: /^(?:tokens?|secrets?|cookies?)$/,
    before:
      /^(?:api|access|auth|oauth|session|bearer|refresh|user's|users'|repository|repo|their|login|authentication|stored|saved|browser|all|any|including|environment|github|slack|aws|customer's|client)$/,
    kind: SECRETS,
  },
  {
    word: /^(?:history|log|transcript|context|thread|window|messages|so|record|text)$/,
    before:
      /^(?:conversation|chat|dialog|dialogue|message|messages|conversational|context|session|dialogs|conversations)$/,
    kind: CONVERSATION,
  },
  {
    word: /^(?:messages|prompts|inputs|questions|queries|words)$/,
    before:
      /^(?:user's|users'|user|their|person's|human's|customer's|earlier|previous|prior|chat|past|last|ten|client's)$/,
    kind: CONVERSATION,
  },
  { word: /^(?:conversation|conversations|dialogue|dialog|transcript|chat)$/, kind: CONVERSATION },
  {
    word: /^(?:prompts?|instructions?|messages?|directives?|guidelines?)$/,
    before: /^(?:system|developer|initial|hidden|base|internal|original|operator's|assistant's|model's)$/,
    kind: MODEL_PROMPT,
  },
  {
    word: /^(?:history|list|book|directory|folder|roll|diary|location|whereabouts)$/,
    before:
      /^(?:browsing|browser|bash|shell|call|search|contact|contacts|address|home|camera|user's|personal|medical|private)$/,
    kind: PERSONAL,
  },
  { word: /^(?:e-?)?(?:mails?|messages|chats)$/, before: /^(?:unread|private|personal)$/, kind: PERSONAL },
  { word: /^(?:contacts|clipboard|mailbox|inbox|photos|whereabouts|diary|keystrokes|screenshots)$/, kind: PERSONAL },
];

/** What a word is together with the one before it. */
export const kindOfCompound = (word: string, before: string): string | undefined =>
  word.length > 40
    ? undefined
    : COMPOUNDS.find((compound) => compound.word.test(word) && (compound.before?.test(before) ?? true))?.kind;
