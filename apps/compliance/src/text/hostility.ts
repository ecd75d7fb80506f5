import { HOSTILE_VERBS } from '../rules/hostility/aggression-signs.ts';
import type { Concept } from '../rules/hostility/concept.ts';
import { candidatesIn, findPhrase, type Span } from './phrase.ts';
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
}

/** The first use of each sign in one clause; a word counts once. What is denied or only reported does not count. */
export function signsIn(clause: Clause, concepts: readonly Concept[]): Sign[] {
  // `task-contracts` is no contract; `credential-stealing` steals.
  const whole = { ...clause, words: clause.words.map(withHostileParts) };
  const met = concepts.flatMap((concept) => firstUse(whole, concept) ?? []);
  const counted: Sign[] = [];
  for (const sign of met.sort(
    (a, b) => Math.abs(b.concept.weight) - Math.abs(a.concept.weight) || length(b) - length(a),
  ))
    if (!counted.some(({ span }) => span.from <= sign.span.from && span.to >= sign.span.to)) counted.push(sign);
  return counted.sort((a, b) => a.span.from - b.span.from);
}

const withHostileParts = ({ parts = [], ...word }: Word): Word =>
  parts.some((part) => HOSTILE_VERBS.has(part)) ? { ...word, parts } : word;

const length = ({ span }: Sign): number => span.to - span.from;

/** Adds up the different signs of some clauses. */
export function weighSigns(clauses: readonly (readonly Sign[])[]): Hostility {
  const weights = new Map<Concept['family'], number>();
  const signs = new Map<Concept, string>();
  for (const { concept, words } of clauses.flat()) if (!signs.has(concept)) signs.set(concept, words);
  for (const { family, weight } of signs.keys()) {
    const sum = (weights.get(family) ?? 0) + weight;
    weights.set(family, Math.max(HONEST_MIN, Math.min(family === 'asset' ? ASSET_MAX : FAMILY_MAX, sum)));
  }
  const honest = weights.get('honest') ?? 0;
  weights.delete('honest');
  const score = [...weights.values()].reduce((sum, weight) => sum + weight, honest);
  return { score, families: new Set(weights.keys()), signs: [...signs.values()] };
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
    return { concept, span, words };
  }
  return undefined;
}
