import { CONVERSATION, MODEL_PROMPT, PERSONAL, SECRETS } from './compound-words.ts';
import type { DefinitionText, TextLeaf } from './definition-text.ts';
import { verbs, words } from './inflect.ts';
import { nameWords } from './name-words.ts';
import { LITERAL_ADDRESS, SECRET_VARIABLE, SENSITIVE_FILE } from './sensitive-words.ts';
import type { Clause, Word } from './split-clauses.ts';
import { descriptionOf } from './tool-purpose.ts';

const without = (some: readonly string[], all: Set<string>): ReadonlySet<string> => all.difference(new Set(some));

/** What a sentence beside the tool's purpose is after. */
export type ErrandKind = 'secret' | 'context' | 'outside' | 'act';
/** A sentence that sends the model on an errand for which the purpose of its tool gives no reason. */
export interface Errand {
  readonly kind: ErrandKind;
  readonly leaf: TextLeaf;
  readonly clause: Clause;
}

/** Beyond this a text is a manual, and mentions everything sooner or later. */
const CLAUSES_MAX = 10;
const PROSE = /(?:^|\.)(?:description|instructions|title|default|examples\.\d+|enum\.\d+|const)$/;

const REACHES = without(
  ['including', 'containing'],
  verbs(
    'read open load cat fetch collect gather get grab take find look use include pass hand send give forward copy put add append attach insert supply provide submit share mention keep store list write post report transmit upload quote repeat return render print require need expect belong contain receive encode set store type concatenate dump export deliver mail',
    'sent put given gave handed took kept concatenated part works',
  ),
);
const SENDS = verbs(
  'send post report transmit upload forward mail email deliver push resolve connect open fetch load stream submit copy contact notify beacon call ping socket write contain',
  'sent',
);
/** Acts with consequences, as an order: "disable", not "disables". */
const GRAVE = words(
  'disable delete erase wipe grant revoke approve merge install chmod transfer pay publish uninstall unlock overwrite destroy drop buy commit',
);
const GRAVE_OBJECT =
  /\b(?:folders?|files?|directory|repositor(?:y|ies)|backups?|protections?|firewalls?|antivirus|privileges?|permissions?|rights|pull requests?|requests?|prs?|packages?|dependenc(?:y|ies)|money|funds|branch(?:es)?|database|tables?|accounts?|keys?|checks?|prompts?|dialogs?|security|logs?|scanners?|everything|workspace|home|desktop)\b/;
const CAREFUL =
  /\b(?:come from the (?:credential|secret|password) \w+|not be typed|(?:valid|allowed|possible|supported|accepted) values|types include|context window|(?:separate|new|another|different) (?:chat|conversation|session)|do not|don't|does not|doesn't|never|must not|mustn't|should not|cannot|can't|won't|will not|avoid|redact\w*|scrub\w*|mask\w*|encrypt\w*|hashed|stripped|protected|securely|handle (?:them|it) with care|not (?:stored|sent|logged|shared|opened|read)|if (?:the user|they|you want|needed|asked)|when asked|ask(?:s|ed|ing)? (?:the )?(?:user|person|for confirm\w+)|user (?:wants|asks|asked|agrees|confirms|chose|selected)|after confirm\w+|e\.g|for example|such as|confirm(?:s|ation)? (?:with|from)|consent|permission (?:on|to|is|from))\b/;
/** How a service asks for the key it is used with, and tells where that is kept. */
const SET_UP =
  /\b(?:an? |the |your |valid |this |its )?(?:\w+ )?(?:api[ -]?keys?|tokens?|credentials?|secrets?|access keys?|passwords?|environment variables?|env(?:ironment)?|sessions?)\b.{0,60}\b(?:is|are|must be|needs? to be|should be|can be|has to be)? ?(?:required|set|configured|provided|stored|available|found|created|supplied|valid|missing|expired|granted)\b|\b(?:requires?|needs?|provide|set|configure|supply|create|export) (?:an?|your|the|valid|its|own|one| )*(?:[\w-]+ ){0,2}(?:api[ -]?keys?|tokens?|credentials?|secrets?|access keys?|environment variables?|passwords?|sign[- ]?in|log ?in|account)\b|\b(?:via|from|through|by|using|as|in) (?:the |an? |your )?(?:[\w-]+ )?(?:environment variables?|api[ -]?key|config(?:uration)?(?: file)?|keychain)\b/;

const SENSITIVE: Readonly<Record<string, 'secret' | 'context'>> = {
  [SECRETS]: 'secret',
  [SENSITIVE_FILE]: 'secret',
  [SECRET_VARIABLE]: 'secret',
  [CONVERSATION]: 'context',
  [MODEL_PROMPT]: 'context',
  [PERSONAL]: 'context',
};
const SENSITIVE_WORD =
  /^(?:passwords?|secrets|tokens|passport|passports|process\.env|os\.environ|\$\w*(?:key|token|secret)\w*|\w+_(?:token|secret|password|api_key)|~\/\.[\w./-]+|\/root(?:\/.*)?|~|\$home(?:\/.*)?)$/;

/** Purposes that have to do with keys and accounts, and those that have to do with talk. */
const KEY_PURPOSE =
  /^(?:auth\w*|login\w*|logins?|sign\w*|oauth\w*|vault\w*|secret\w*|keys?|keychain|credential\w*|passwords?|passphrases?|tokens?|ssh|env|environment\w*|configs?|configur\w*|session\w*|connect\w*|encrypt\w*|decrypt\w*|certificat\w*|account\w*|wallet\w*|cookies?|otp|totp|mfa|2fa|user|users|variables?|deploy\w*|settings?|scan\w*|leak\w*|permission\w*|access\w*|identit\w*|proxy|init|setup|install\w*|server|sdk|api)$/;
const TALK_PURPOSE =
  /^(?:chat\w*|conversation\w*|messag\w*|thread\w*|prompt\w*|model\w*|llm\w*|agent\w*|assistant\w*|memor\w*|histor\w*|transcri\w*|contact\w*|clipboard|browser\w*|session\w*|support|context\w*|feedback|dialog\w*|mail\w*|e-?mails?|inbox|screen\w*|photos?|card\w*|pay\w*|people|person\w*|customer\w*|patient\w*|user\w*|account\w*|call\w*|slack|teams|discord|telegram|whatsapp|locat\w*|meeting\w*|think\w*|reason\w*|handoff|search\w*|log\w*|files?|director\w*|folders?|path\w*)$/;
const SENDING_PURPOSE =
  /^(?:sends?|e?-?mails?|posts?|publish\w*|uploads?|webhooks?|notif\w*|http\w*|requests?|fetch\w*|api\w*|shares?|forward\w*|sync\w*|exports?|deploy\w*|push\w*|messag\w*|slack|telemetry|analytics|prox\w*|relay\w*|transfers?|backups?|reports?|dns|curl|crawl\w*|scrap\w*|urls?|web\w*|pages?|sites?|downloads?|links?|browse\w*|navigat\w*|domains?|hosts?|ip|ping\w*|docs?|documentation|invit\w*)$/;

/** "Your contacts tool" is a tool. */
const BY_NAME = words('tool tools api apis server page tab command endpoint header headers directive');

/** Every such sentence of the definitions. */
export function sideErrands(text: DefinitionText): Errand[] {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const errands = text.leaves.flatMap((leaf) => errandsOf(text, leaf));
  cache.set(text, errands);
  return errands;
}
const cache = new WeakMap<DefinitionText, Errand[]>();

function errandsOf(text: DefinitionText, leaf: TextLeaf): Errand[] {
  if (leaf.isKey || leaf.raw.length > 4000 || !PROSE.test(leaf.field)) return [];
  const clauses = text.clausesOf(leaf);
  if (clauses.length > CLAUSES_MAX) return [];
  let purpose: readonly string[] | undefined;
  return clauses.flatMap((clause): Errand[] => {
    // The first sentence of a description says what the tool is for.
    if (leaf.field === 'description' && clause.index === 0) return [];
    if (clause.words.length < 4 || CAREFUL.test(clause.text)) return [];
    purpose ??= wholePurpose(text, leaf);
    const kind = errandOf(clause, purpose, leaf);
    return kind === undefined ? [] : [{ kind, leaf, clause }];
  });
}

function errandOf(clause: Clause, purpose: readonly string[], leaf: TextLeaf): ErrandKind | undefined {
  const list = clause.words;
  const after = list
    .map((word, at) => (BY_NAME.has(list[at + 1]?.word ?? '') ? undefined : kindOf(word)))
    .find((kind) => kind !== undefined);
  if (after !== undefined && list.some(({ word }) => REACHES.has(word)) && !SET_UP.test(clause.text)) {
    const related = after === 'secret' ? KEY_PURPOSE : TALK_PURPOSE;
    // What a parameter is asked for by its own name is what it is for.
    if (!purpose.some((word) => related.test(word)) && !isOwnSubject(clause, leaf)) return after;
  }
  const isReached = list.some(({ kind }) => kind === LITERAL_ADDRESS) && list.some(({ word }) => SENDS.has(word));
  if (isReached && leaf.field === 'description' && !purpose.some((word) => SENDING_PURPOSE.test(word)))
    return 'outside';
  return isGraveOrder(clause, purpose) ? 'act' : undefined;
}

function kindOf({ kind, word, quoted }: Word): 'secret' | 'context' | undefined {
  if (quoted && (word === 'env' || word === 'printenv')) return 'secret';
  if (kind !== undefined && Object.hasOwn(SENSITIVE, kind)) return SENSITIVE[kind];
  return word.length < 100 && SENSITIVE_WORD.test(word) ? 'secret' : undefined;
}

const isOwnSubject = (clause: Clause, { field }: TextLeaf): boolean => {
  const own = /properties\.([^.]+)\.description$/.exec(field)?.[1];
  return own !== undefined && nameWords(own).some((word) => KEY_PURPOSE.test(word) && clause.text.includes(word));
};

/** "Delete the folder …", "the agent has to disable …": the bare verb, first or after a word of duty. */
function isGraveOrder({ words: list, text }: Clause, purpose: readonly string[]): boolean {
  const at = list.findIndex(
    ({ word }, index) => GRAVE.has(word) && (index <= 1 || DUTY.has(list[index - 1]?.word ?? '')),
  );
  const verb = list[at]?.word;
  if (verb === undefined || !GRAVE_OBJECT.test(text)) return false;
  return !purpose.some((word) => word.startsWith(verb.slice(0, 5)) || ADMINISTERS.test(word));
}
const DUTY = words('to must should shall also then and please always will first now');
const ADMINISTERS =
  /^(?:manag\w*|admin\w*|remov\w*|delet\w*|creat\w*|updat\w*|clean\w*|git\w*|branch\w*|repo\w*|deploy\w*|install\w*|pull|merg\w*|permission\w*|polic\w*|access|roles?|backup\w*|writ\w*|edit\w*|commands?|runs?|execut\w*|shell|migrat\w*|packages?|workflows?|tickets?|requests?|transact\w*|payments?|accounts?|database|sql|files?)$/;

/** All words of the tool's name and first sentence, and of the parameter that the leaf describes. */
function wholePurpose(text: DefinitionText, leaf: TextLeaf): string[] {
  const description = descriptionOf(text, leaf.tool);
  const first = description === undefined ? [] : (text.clausesOf(description)[0]?.words ?? []);
  return [...nameWords(leaf.tool ?? leaf.field), ...first.slice(0, 30).map(({ word }) => word)];
}
