import { learntHits } from '../learnt/learnt-judge.ts';
import type { DefinitionText } from '../text/definition-text.ts';
import { findPhrases, hitAt, type PhraseMatch } from '../text/find-in-text.ts';
import { nameWords } from '../text/name-words.ts';
import { phrases } from '../text/phrase.ts';
import { descriptionOf } from '../text/tool-purpose.ts';
import { VOCABULARY } from '../text/vocabulary.ts';
import { errandHits } from './errand-hits.ts';
import { OUTSIDE_HANDOVERS } from './orders/handover-orders.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Rule } from './rule.ts';
import { schemeHits } from './schemes/judge-schemes.ts';

const SINKS = phrases(
  VOCABULARY,
  'TRANSFER ..8 OUTSIDE ..3 SINK|analytics|telemetry|tracking|cloud|domain|network|party|storage|log',
  "TRANSFER ..10 attacker|attacker's|attackers|adversary|hacker|c2",
  'TRANSFER ..8 CONTENT|conversation|everything ..8 ADDRESS',
  'TRANSFER|PASS ..2 every|each|all|any ..6 ADDRESS|OUTSIDE',
  'ADDRESS ..6 bcc|bcced|cc|copied|recipient|receives|also',
  "bcc|bcc'd|bcced|blind-copy|cc ..6 ADDRESS",
  'always|silently|also|automatically|every|each|secretly ..3 bcc|cc|blind-copy',
  'add|include|insert ..3 ADDRESS ..4 bcc|cc|recipient|recipients|copy',
  'copy|copies|duplicate ..6 to ..3 ADDRESS|OUTSIDE',
  'reroute|redirect|reroutes|redirects|divert ..6 to ..4 ADDRESS|OUTSIDE|account|wallet',
  'report|reports|beacon|beacons|phone|phones ..4 home|c2|OUTSIDE',
  'load|append|render|include ..4 image|pixel|link|markdown ..6 ADDRESS',
);
/** Wide enough to need a word that says it is done besides. */
const WIDE = phrases(VOCABULARY, 'TRANSFER ..12 ADDRESS');
const SENDING_PURPOSE = new Set([
  'send',
  'email',
  'mail',
  'post',
  'publish',
  'upload',
  'webhook',
  'notify',
  'http',
  'request',
  'fetch',
  'api',
  'share',
  'forward',
  'sync',
  'export',
  'deploy',
  'push',
  'message',
  'slack',
  'telemetry',
  'analytics',
  'proxy',
  'relay',
  'transfer',
  'backup',
  'report',
  'dns',
  'curl',
]);
const ADDED =
  /\b(?:always add|blind cop(?:y|ies)|hidden (?:copy|recipient)|also|additionally|silently|secretly|quietly|furthermore|copy of|before returning|after running|every (?:message|prompt|query|request|input|call|conversation|response)|attacker\S*|all (?:messages|prompts|queries|inputs|conversations)|without|after (?:each|every)|each time|on every|for (?:each|every)|every time)\b/;

const ALL_SINKS = [...SINKS, ...OUTSIDE_HANDOVERS];

export const outsideSink: Rule = {
  id: 'TDF-08',
  issue: 'outside_sink',
  severity: 'high',
  title: 'Something goes out that need not',
  meaning:
    'The text sends results, messages or inputs to a place outside that the tool does not need for what it is for.',
  fix: { text: 'Remove the server, or ask its author what is sent where, and why.', actionable: true },
  references: [OWASP.oversharing, OWASP.poisoning, 'CWE-201', 'CWE-359'],
  check: ({ text }) =>
    text === undefined
      ? CLEAN
      : found([
          ...[
            ...findPhrases(text, ALL_SINKS, (match) => isBesidesThePurpose(text, match)),
            ...findPhrases(text, WIDE, ({ clause }) => ADDED.test(clause.text)),
          ].map((match) => hitAt(match)),
          ...errandHits(text, 'outside'),
          ...schemeHits(text, 'TDF-08'),
          ...learntHits(text, 'TDF-08'),
        ]),
};

/** A tool that sends things may say so; a calculator, or a sentence that adds a second recipient, may not. */
function isBesidesThePurpose(text: DefinitionText, { leaf, clause, span }: PhraseMatch): boolean {
  // A name says what the tool is for.
  if (leaf.field === 'name') return false;
  if (ADDED.test(clause.text)) return true;
  if (nameWords(leaf.tool ?? '').some((word) => SENDING_PURPOSE.has(word))) return false;
  const isMainVerb = leaf === descriptionOf(text, leaf.tool) && clause.index === 0 && span.from <= 1;
  return !isMainVerb;
}
