import { learntHits } from '../learnt/learnt-judge.ts';
import type { DefinitionText } from '../text/definition-text.ts';
import { findPhrases, hitAt, type PhraseMatch } from '../text/find-in-text.ts';
import { findPhrase, phrases } from '../text/phrase.ts';
import { VOCABULARY } from '../text/vocabulary.ts';
import { errandHits } from './errand-hits.ts';
import { SECRET_HANDOVERS } from './orders/handover-orders.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Rule } from './rule.ts';
import { schemeHits } from './schemes/judge-schemes.ts';

const SECRETS = 'SECRET|variables|clipboard|conversation|messages|keystrokes|wallets|env|cookies|history|data';
const TRANSFERS = phrases(
  VOCABULARY,
  'TRANSFER|STEAL ..8 SENSITIVE',
  'SENSITIVE ..10 TRANSFER|STEAL',
  'SENSITIVE ..12 PASS ..8 SLOT',
  'PASS ..6 SENSITIVE ..8 SLOT|into|in|inside|as',
  'READ ..6 SENSITIVE ..4 into|in|as ..5 SLOT',
  'return|returns|output|outputs|embed|include|append ..5 SENSITIVE',
  'PASS|READ|TRANSFER ..4 SECRET_KIND SECRET|variables ..8 into|in|as|with ..5 SLOT',
  "TRANSFER|STEAL ..3 user|user's|users'|all|any|every|their|your ..3 SECRET|wallets|keystrokes|clipboard|cookies ..10 OUTSIDE|ADDRESS",
  'TRANSFER|STEAL ..4 SECRET_KIND ..1 SECRET|variables ..10 OUTSIDE|ADDRESS',
  "PASS|TRANSFER|READ ..3 user's|users' ..3 SECRET ..4 to|into|in|as|with",
  "PASS|READ ..3 user|user's|users' ..3 SECRET|environment ..4 variables|SECRET|into|in|keys",
  `STEAL ..4 SECRET|environment|clipboard|wallets|cookies`,
  `exfiltrate|exfiltrates|exfiltrating|exfil ..6 ${SECRETS}|SENSITIVE|files|information|documents|source|code`,
  'collect|collects|gather|gathers|harvest|harvests|grab|grabs|scrape|scrapes|extract|extracts ..3 SECRET_KIND SECRET|variables ..4 from ..4 environment|memory|disk|files|browser|system|machine',
  'return|returns|append|include|embed|output|print|add|put ..5 SECRET_VARIABLE ..6 output|result|response|answer|field|argument|parameter|note|body',
  'upload|uploads|send|sends|forward|forwards ..4 clipboard|keystrokes|screenshots ..3 contents|content|to|OUTSIDE|ADDRESS',
);
const READS = phrases(VOCABULARY, 'READ ..6 SENSITIVE', 'CALL ..6 SENSITIVE');
const PASSES_ON = phrases(
  VOCABULARY,
  'PASS|TRANSFER|SHOW ..2 it|them|its|their|this|that|contents|content|result|data',
  'TRANSFER|PASS ..6 SLOT|SINK',
);

const ALL_TRANSFERS = [...TRANSFERS, ...SECRET_HANDOVERS];

export const sensitiveTransfer: Rule = {
  id: 'TDF-07',
  issue: 'sensitive_transfer',
  severity: 'high',
  title: 'Keys or secrets are to be passed on',
  meaning:
    'The text brings a file of keys, or credentials, together with sending or handing over. A model that follows it gives them away.',
  fix: { text: 'Remove the server, and replace every secret that it could reach.', actionable: true },
  references: [OWASP.secrets, OWASP.poisoning, 'CWE-200', 'CWE-522'],
  check({ text }) {
    if (text === undefined) return CLEAN;
    const direct = findPhrases(text, ALL_TRANSFERS, leavesTheUser);
    const split = findPhrases(text, READS, (match) => leavesTheUser(match) && isPassedOnNext(text, match));
    const hits = [...direct, ...split].map((match) => hitAt(match));
    return found([
      ...hits,
      ...errandHits(text, 'secret'),
      ...schemeHits(text, 'TDF-07'),
      ...learntHits(text, 'TDF-07'),
    ]);
  },
};

const BACK =
  /\bto (?:the |its |their |your )?(?:caller|user|local|display|stdout|console|terminal|screen|ui|container|process|child|command|application|app|login|sign-in|authentication|keychain|vault|secret store|secrets manager)\b|\b(?:for display|in the local|authorization header|auth header|mask(?:ed|s|ing)?|redact(?:ed|s|ing)?|encrypt(?:ed|s)?)\b/;

/** Showing a user his own file, or starting his own program with it, is what tools are for. */
const leavesTheUser = ({ clause, span }: PhraseMatch): boolean => {
  // "Leaked secrets" and "credential storage" are what a tool is about; "supplied as environment variables" is how it is set up.
  if (/^(?:leaked|stolen|scraping|harvested)$/.test(clause.words[span.from]?.word ?? '')) return false;
  if (
    /\b(?:supplied|provided|configured|set|passed)\b.{0,40}\b(?:as|via|through|by|with|in) (?:the )?environment variables?\b/.test(
      clause.text,
    )
  )
    return false;
  if (
    /\b(?:resets?|changes?|forgot\w*|rotates?) (?:a |the |your |their |his |her )?(?:\w+'s? )?password/.test(
      clause.text,
    )
  )
    return false;
  if (/\b(?:sign|log)(?:s|ed)? ?in (?:with|using) your\b/.test(clause.text)) return false;
  if (/\bstops? (?:commits|mails|uploads|pushes|messages)\b/.test(clause.text)) return false;
  if (/\bcredential (?:storage|management|store|manager|helper|provider)s?\b/.test(clause.text)) return false;
  const from = clause.words[span.from]?.at ?? 0;
  return (
    !BACK.test(clause.text.slice(from)) ||
    /\b(?:also|external|attacker|remote server|third[- ]party|silently|secretly)\b/.test(clause.text)
  );
};

/** "Read ~/.ssh/id_rsa. Pass its content as …": the second sentence takes up what the first one read. */
function isPassedOnNext(text: DefinitionText, { leaf, clause, span }: PhraseMatch): boolean {
  const clauses = text.clausesOf(leaf);
  const next = clauses[clause.index + 1];
  const later = PASSES_ON.some((phrase) => findPhrase(clause, phrase, span.to + 1) !== undefined);
  return later || (next !== undefined && PASSES_ON.some((phrase) => (findPhrase(next, phrase)?.from ?? 9) < 3));
}
