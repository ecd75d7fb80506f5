import type { DefinitionText, TextLeaf } from '../../text/definition-text.ts';
import { excerpt, locationOf } from '../../text/find-in-text.ts';
import type { Span } from '../../text/phrase.ts';
import type { Clause } from '../../text/split-clauses.ts';
import { usageOf } from '../../text/usage.ts';
import type { Hit } from '../rule.ts';
import type { Aspect } from './aspects.ts';
import { placesOf } from './aspects-in.ts';
import { SCHEMES, type Scheme, type SchemeRule } from './schemes.ts';

/** Beyond this a text is a manual, and mentions everything sooner or later. */
const CLAUSES_MAX = 16;

interface SchemeHit {
  readonly rule: SchemeRule;
  readonly hit: Hit;
}
const cache = new WeakMap<DefinitionText, readonly SchemeHit[]>();

/** What the schemes of one rule find. The text is judged once for all of them. */
export function schemeHits(text: DefinitionText, rule: SchemeRule): Hit[] {
  let known = cache.get(text);
  if (known === undefined) {
    known = text.leaves.flatMap((leaf) => judgeLeaf(text, leaf));
    cache.set(text, known);
  }
  return known.filter((one) => one.rule === rule).map(({ hit }) => hit);
}

function judgeLeaf(text: DefinitionText, leaf: TextLeaf): SchemeHit[] {
  if (leaf.isKey || leaf.field === 'name') return [];
  const clauses = text.clausesOf(leaf);
  if (clauses.length > CLAUSES_MAX) return [];
  return clauses.flatMap((clause) => {
    const isPurpose = leaf.field === 'description' && clause.index === 0;
    const scheme = knownSchemeOf(clause, isPurpose);
    if (scheme === undefined) return [];
    const evidence = `${scheme.says}: ${excerpt(clause, { from: 0, to: 0 })}`;
    return [{ rule: scheme.rule, hit: { location: locationOf(leaf), evidence, severity: 'high' } }];
  });
}

const WORDS_MIN = 4;
/** The person is asked, or the sentence shows an example. */
const HONEST =
  /^(?:set|use|if set) [`'"]|\b(?:(?:within|in|during) the same (?:chat|conversation|session)|conversation ?id|valid values|types include|context window|for example|e\.g|such as|unless (?:asked|told|the user|requested|you)|if the user (?:asks|wants|agrees|confirms)|ask(?:s|ing)? (?:the )?(?:user|person)|with (?:the user's|their|your) (?:consent|permission|approval)|redacted|masked|encrypted|(?:configured|default) (?:identity|key|path|file|profile)|sign in with|log in with|authenticate with|get (?:one|it) (?:at|from)|keychain)\b/;

const DENIALS =
  /^(?:not|never|don't|doesn't|cannot|can't|won't|isn't|aren't|neither|nor|nicht|kein|keine|nie|niemals|pas|jamais|nunca|no|не|никогда|不|请勿|不会|ません)$/;

const judged = { purpose: new WeakMap<Clause, Scheme | 'none'>(), further: new WeakMap<Clause, Scheme | 'none'>() };

function knownSchemeOf(clause: Clause, isPurpose: boolean): Scheme | undefined {
  const before = isPurpose ? judged.purpose : judged.further;
  let scheme = before.get(clause);
  if (scheme === undefined) {
    scheme = schemeOf(clause, isPurpose) ?? 'none';
    before.set(clause, scheme);
  }
  return scheme === 'none' ? undefined : scheme;
}

function schemeOf(clause: Clause, isPurpose: boolean): Scheme | undefined {
  if (clause.words.length < WORDS_MIN || HONEST.test(clause.text)) return undefined;
  const isOrder = givesOrder(clause);
  return SCHEMES.find((scheme) => {
    if (isPurpose && scheme.anywhere !== true) return false;
    const parts =
      isOrder && !scheme.parts.includes('scope') ? scheme.parts.filter((part) => part !== 'due') : scheme.parts;
    const span = together(parts, (part) => placesOf(clause, part), scheme.within);
    if (span === undefined) return false;
    if (scheme.denies !== true && clause.words.slice(span.from, span.to + 1).some(({ word }) => DENIALS.test(word)))
      return false;
    return !isDeniedAfter(clause, span) && usageOf(clause, span) === 'used';
  });
}

/** Languages that deny behind the verb: 送信されません. */
const isDeniedAfter = ({ words }: Clause, { to }: Span): boolean =>
  words
    .slice(to + 1, to + 5)
    .some(({ word, meanings }) => meanings?.includes('not') === true && /[\u3040-\u30ff\uac00-\ud7af]/.test(word));

/** "Put …", "Also include …", "please attach …": the bare verb leads, or follows a word that asks for it. */
const givesOrder = ({ words }: Clause): boolean =>
  words.some(
    ({ word, meanings }, at) =>
      (at === 0 || (at <= 3 && LEADS.has(words[at - 1]?.word ?? ''))) &&
      [word, ...(meanings ?? [])].some((form) => ORDERS.has(form)),
  );
const LEADS = new Set('also please then and additionally kindly first now but just simply always'.split(' '));
const ORDERS = new Set(
  'include put add pass send give attach append insert read open load copy take fetch find collect gather use write paste provide supply forward upload post share submit list print output quote repeat return tell show ask fill get grab hand dump export look check set replace change route skip execute call run approve confirm'.split(
    ' ',
  ),
);

/** The tightest stretch that holds each part by words of its own. */
function together(
  parts: readonly Aspect[],
  spansOf: (aspect: Aspect) => readonly Span[],
  within: number,
): Span | undefined {
  const lists: (readonly Span[])[] = [];
  for (const part of parts) {
    const list = spansOf(part);
    if (list.length === 0) return undefined;
    lists.push(list);
  }
  let best: Span | undefined;
  const walk = (at: number, from: number, to: number, taken: readonly Span[]): void => {
    if (to - from > within || (best !== undefined && to - from >= best.to - best.from)) return;
    const list = lists[at];
    if (list === undefined) {
      best = { from, to };
      return;
    }
    for (const span of list) {
      if (taken.some((other) => other.from === span.from || other.to === span.to)) continue;
      walk(at + 1, Math.min(from, span.from), Math.max(to, span.to), [...taken, span]);
    }
  };
  for (const span of lists[0] ?? []) walk(1, span.from, span.to, [span]);
  return best;
}
