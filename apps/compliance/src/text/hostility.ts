import { HOSTILE_VERBS } from '../rules/hostility/aggression-signs.ts';
import type { Concept } from '../rules/hostility/concept.ts';
import { findPhrase, type Span } from './phrase.ts';
import { candidatesIn, namesIn } from './phrase-index.ts';
import type { Clause, Word } from './split-clauses.ts';
import { type Usage, usageOf } from './usage.ts';

/** How hostile a text is, and by which words. */
export interface Hostility {
  readonly score: number;
  readonly families: ReadonlySet<Concept['family']>;
  readonly signs: readonly string[];
}

/** Signs of one family beyond this weigh nothing: a long text about one thing is not worse than a short one. */
const FAMILY_MAX = 3;
/** What is touched only tells with what is done to it. */
const ASSET_MAX = 1;
/** However honest the rest sounds, it takes no more away than this. */
const HONEST_MIN = -2;

/** A sign where it was met in a clause. */
export interface Sign {
  readonly concept: Concept;
  readonly span: Span;
  readonly words: string;
  /** Said once more in other words: "scam calls impersonating the bank". */
  readonly again: boolean;
}

const met = new WeakMap<readonly Concept[], WeakMap<Clause, readonly Sign[]>>();

/** The first use of each sign in one clause; a word counts once, and for the tool besides. What is denied or only reported does not count. */
export function signsIn(clause: Clause, concepts: readonly Concept[]): readonly Sign[] {
  let byClause = met.get(concepts);
  if (byClause === undefined) {
    byClause = new WeakMap();
    met.set(concepts, byClause);
  }
  let signs = byClause.get(clause);
  if (signs === undefined) {
    signs = lookForSigns(clause, concepts);
    byClause.set(clause, signs);
  }
  return signs;
}

function lookForSigns(clause: Clause, concepts: readonly Concept[]): readonly Sign[] {
  const beginning = conceptsBeginningIn(clause, concepts);
  if (beginning.length === 0) return [];
  // `task-contracts` is no contract; `credential-stealing` steals.
  const whole = clause.words.some(({ parts }) => parts !== undefined)
    ? { ...clause, words: clause.words.map(withHostileParts) }
    : clause;
  const first = beginning.flatMap((concept) => firstUse(whole, concept) ?? []);
  const counted: Sign[] = [];
  for (const sign of first.sort(
    (a, b) => Math.abs(b.concept.weight) - Math.abs(a.concept.weight) || length(b) - length(a),
  ))
    if (
      sign.concept.family === 'honest' ||
      !counted.some(({ span }) => span.from <= sign.span.from && span.to >= sign.span.to)
    )
      counted.push(sign);
  return counted.sort((a, b) => a.span.from - b.span.from);
}

/** Signs by the words they can begin with. Lists are made once, when the program starts. */
const indexes = new WeakMap<readonly Concept[], ReadonlyMap<string, readonly number[]>>();

function indexOf(concepts: readonly Concept[]): ReadonlyMap<string, readonly number[]> {
  const known = indexes.get(concepts);
  if (known !== undefined) return known;
  const index = new Map<string, number[]>();
  for (const [at, { phrases }] of concepts.entries())
    for (const word of new Set(phrases.flatMap(({ steps }) => [...(steps[0]?.words ?? [])])))
      index.set(word, [...(index.get(word) ?? []), at]);
  indexes.set(concepts, index);
  return index;
}

/** The few of many signs that a word of the clause can begin, in their order. */
function conceptsBeginningIn(clause: Clause, concepts: readonly Concept[]): Concept[] {
  const index = indexOf(concepts);
  const places = new Set<number>();
  for (const name of namesIn(clause)) for (const at of index.get(name) ?? []) places.add(at);
  return [...places].sort((a, b) => a - b).flatMap((at) => concepts[at] ?? []);
}

const withHostileParts = ({ parts = [], ...word }: Word): Word =>
  parts.some((part) => HOSTILE_VERBS.has(part)) ? { ...word, parts } : word;

const length = ({ span }: Sign): number => span.to - span.from;

/** In a sentence that goes on and on, words that stand further apart than this have nothing to do with one another. */
const REACH_WORDS = 45;

/** The signs of one clause by the places where they stand together; one place where the clause is not overlong. */
export function neighbourhoods(signs: readonly Sign[]): (readonly Sign[])[] {
  const [first, last] = [signs[0], signs.at(-1)];
  if (first === undefined || last === undefined || last.span.to - first.span.from <= REACH_WORDS) return [signs];
  return signs.map(({ span }) =>
    signs.filter((other) => other.span.from >= span.from && other.span.to - span.from <= REACH_WORDS),
  );
}

/** Adds up the different signs of some clauses. */
export function weighSigns(clauses: readonly (readonly Sign[])[]): Hostility {
  const weights = new Map<Concept['family'], number>();
  const signs = new Map<Concept, Sign>();
  for (const sign of clauses.flat()) if (!signs.has(sign.concept)) signs.set(sign.concept, sign);
  for (const { concept, again } of signs.values()) {
    const { family, weight } = concept;
    const sum = (weights.get(family) ?? 0) + weight + (again && weight === 2 ? 1 : 0);
    weights.set(family, Math.max(HONEST_MIN, Math.min(family === 'asset' ? ASSET_MAX : FAMILY_MAX, sum)));
  }
  const honest = weights.get('honest') ?? 0;
  weights.delete('honest');
  const score = [...weights.values()].reduce((sum, weight) => sum + weight, honest);
  return { score, families: new Set(weights.keys()), signs: [...signs.values()].map(({ words }) => words) };
}

/** Who is wronged, and who gains, is the same whether a clause finds or does it. */
const EVEN_REPORTED: ReadonlySet<Concept['family']> = new Set(['role', 'gain', 'stealth', 'asset', 'honest']);

const counts = ({ family, anyUsage = false }: Concept, usage: Usage): boolean =>
  anyUsage || usage === 'used' || (usage === 'mentioned' && EVEN_REPORTED.has(family));

function firstUse(clause: Clause, concept: Concept): Sign | undefined {
  for (const phrase of candidatesIn(clause, concept.phrases)) {
    const span = findPhrase(clause, phrase);
    if (span === undefined || !counts(concept, usageOf(clause, span))) continue;
    const words = clause.words
      .slice(span.from, span.to + 1)
      .map(({ word }) => word)
      .join(' ');
    return { concept, span, words, again: isSaidAgain(clause, concept, span) };
  }
  return undefined;
}

/** Another word for the same, used as well. */
function isSaidAgain(clause: Clause, concept: Concept, first: Span): boolean {
  if (concept.weight !== 2) return false;
  const known = clause.words[first.from]?.word;
  return candidatesIn(clause, concept.phrases).some((phrase) => {
    const span = findPhrase(clause, phrase, first.to + 1);
    return span !== undefined && clause.words[span.from]?.word !== known && counts(concept, usageOf(clause, span));
  });
}
