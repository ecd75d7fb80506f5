import { ATTACKING } from './attack-vocabulary.ts';
import type { Span } from './phrase.ts';
import type { Clause, Word } from './split-clauses.ts';
import { ACTING, VOCABULARY } from './vocabulary.ts';

/** How a phrase stands in its clause: said to the reader, denied, or only spoken about. */
export type Usage = 'used' | 'negated' | 'mentioned';

const NEGATORS = new Set([
  ...VOCABULARY.NOT,
  ...'neither prevents prevent prevented preventing refuses disallows prohibits forbids blocks rather nothing none'.split(
    ' ',
  ),
]);
const NEGATION_REACH = 5;
/** Further verbs in the form that tells what a tool does next. */
const DOING = new Set(
  'takes breaks gets becomes copies logs records turns opens adds sets makes uses changes writes moves plants floods forges spoofs poisons impersonates tampers'.split(
    ' ',
  ),
);
const COORDINATORS = new Set([
  'and',
  'then',
  'or',
  'plus',
  'also',
  'but',
  'while',
  'please',
  'instead',
  'additionally',
]);
const EXAMPLE_LABEL =
  /(?:output|response|reply|text|example|sample|fixture|string|content|phrase|pattern|input|value|snippet|payload)s?$/;
const SHOWING = /\b(?:shows?|e\.g\.?|i\.e\.?|reads|says|titled|named|called|like)\b/;

/** Judges the span: denied shortly before, an object of a report, quoted, or shown as an example after a label. */
export function usageOf(clause: Clause, span: Span): Usage {
  if (isNegated(clause, span)) return 'negated';
  if (isGuardedAgainst(clause, span)) return 'mentioned';
  return isReported(clause, span) || isLabelled(clause, span) ? 'mentioned' : 'used';
}

const isOf = (set: ReadonlySet<string>, word: Word | undefined): boolean =>
  word !== undefined && (set.has(word.word) || word.meanings?.some((meaning) => set.has(meaning)) === true);

function isNegated(clause: Clause, span: Span): boolean {
  // "A gated rollout rather than …": the denial stands inside a wide phrase.
  if (clause.words.slice(span.from, span.to).some(({ word }, at) => at > 0 && word === 'rather')) return true;
  if (span.denied) return true;
  for (let at = span.from - 1; at >= Math.max(0, span.from - NEGATION_REACH); at--) {
    // A new member of the sentence begins: "does not log, sends …" denies the logging only.
    if (clause.words[at + 1]?.afterBreak) return false;
    if (isOf(NEGATORS, clause.words[at])) return true;
  }
  return false;
}

function isReported(clause: Clause, span: Span): boolean {
  const first = clause.words[span.from];
  if (first === undefined) return false;
  const before = clause.words.slice(0, span.from);
  if (searchesFor(clause, span)) return true;
  const defends = before.findLast(
    (word, at) =>
      !isExcuse(clause.words, at) &&
      isOf(VOCABULARY.DEFEND, word) &&
      (!NOUN_TOO.has(word.word) || (at !== 1 && isVerbHere(before, at)) || BEFORE_VERB.has(before[at - 1]?.word ?? '')),
  );
  const reports = before.findLast(
    (word, at) => VOCABULARY.MATTER.has(word.word) || (VOCABULARY.REPORT.has(word.word) && isVerbHere(before, at)),
  );
  const reporter = defends ?? reports;
  const firstReport = before.find(
    (word, at) => VOCABULARY.MATTER.has(word.word) || (VOCABULARY.REPORT.has(word.word) && isVerbHere(before, at)),
  );
  if (first.quoted) return reporter !== undefined || SHOWING.test(clause.text);
  if (reporter === undefined) return false;
  if (!VOCABULARY.MATTER.has(reporter.word) && isSecondVerb(reporter, before.at(-1), first)) return false;
  return (
    defends !== undefined ||
    before.some((word) => word.at >= (firstReport ?? reporter).at && VOCABULARY.SUBORDINATE.has(word.word))
  );
}

/** "Searches documents and stages them" defends nothing. */
const NOUN_TOO = new Set(
  'match matches rate rates score scores document documents block blocks guard guards patch patches filter filters flag flags audit audits strip strips guarded documented filtered protect protected'.split(
    ' ',
  ),
);
/** "Prompt injection, PII and rate-limit protection": what follows tells that the words name something to be stopped. */
const GUARDS =
  /(?:^|-)(?:protections?|detections?|detectors?|preventions?|defen[cs]es?|mitigations?|scanners?|scans?|scanning|firewall|guardrails?|countermeasures?|resistant|proof|awareness|tests?|checks?|research|datasets?|bazaar|intelligence|simulations?|analysis|screening|blocking)$/;
const GUARD_REACH = 5;

function isGuardedAgainst(clause: Clause, span: Span): boolean {
  const first = clause.words[span.from]?.word ?? '';
  if ((first.endsWith('s') && ATTACKING.has(first)) || /^(?:turn|switch|shut)(?:s|es|ing)?$/.test(first)) return false;
  const behind = clause.words.slice(span.to + 1, span.to + 1 + GUARD_REACH);
  const guard = behind.findIndex(({ word }) => GUARDS.test(word));
  if (guard < 0) return false;
  // "Bypasses protection" attacks it; between a thing and its protection only nouns and commas stand.
  return !behind
    .slice(0, guard)
    .some(({ word }) => /^(?:to|from|by|without|with|despite|past|that|which|for)$/.test(word) || ATTACKING.has(word));
}

/** "For auditing, pass the keys": a purpose that is named first is none of the sentence's doing. */
const isExcuse = (words: readonly Word[], at: number): boolean =>
  words[at + 1]?.afterBreak === true && /^(?:for|during|as|because)$/.test(words[at - 1]?.word ?? '');

const BEFORE_VERB = new Set(['to', 'that', 'which', 'and', 'or', 'can', 'will', 'then', 'it', 'tool']);

const SEARCHES = new Set(
  'find finds search searches scan scans list lists report reports check checks show shows look looks tell tells count counts get gets return returns test tests audit audits crawl crawls'.split(
    ' ',
  ),
);
const THREATS =
  /\b(?:leaked|malicious|phishing|suspicious|hard-?coded|committed|exposed in|injections?|hidden instructions|malware|prompt[- ]injection|poisoned|vulnerable to|poisoning)\b/;
const AGAINST =
  /\b(?:target(?:s|ed|'s)?|victims?|employees|others?|someone|somebody|another|attacker|internet|break|steal|use them|exploit(?:s|ed)? (?:them|it)|for sale)\b/;

/** "Finds leaked keys in a repository": the threat is what is looked for, and nothing is done with it. */
function searchesFor(clause: Clause, span: Span): boolean {
  if (!SEARCHES.has(clause.words[0]?.word ?? '') || !THREATS.test(clause.text) || AGAINST.test(clause.text))
    return false;
  const first = clause.words[span.from];
  const opening = clause.words[0];
  return (
    first !== undefined &&
    opening !== undefined &&
    (span.from === 0 || !isSecondVerb(opening, clause.words[span.from - 1], first))
  );
}

/** "Search", "list" and "test" are nouns as often as verbs. */
const isVerbHere = (words: readonly Word[], at: number): boolean =>
  at <= 1 || words[at]?.afterBreak === true || BEFORE_VERB.has(words[at - 1]?.word ?? '');

/** "Detects faces and uploads them": the second verb is the tool's own act, whatever the first one reports. */
function isSecondVerb(reporter: Word, previous: Word | undefined, first: Word): boolean {
  const joined = first.afterBreak || COORDINATORS.has(previous?.word ?? '');
  const isVerb = ACTING.has(first.word) || ATTACKING.has(first.word) || DOING.has(first.word);
  return joined && isVerb && first.word.endsWith('s') === reporter.word.endsWith('s');
}

function isLabelled(clause: Clause, span: Span): boolean {
  if (clause.label === '' || !EXAMPLE_LABEL.test(clause.label)) return false;
  return (clause.words[span.to]?.at ?? 0) > clause.label.length;
}
