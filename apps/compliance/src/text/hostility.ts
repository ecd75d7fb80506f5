import type { Concept } from '../rules/hostility-concepts.ts';
import { candidatesIn, findPhrase } from './phrase.ts';
import type { Clause } from './split-clauses.ts';
import { usageOf } from './usage.ts';

/** How hostile a text is, and by which words. */
export interface Hostility {
  readonly score: number;
  readonly families: ReadonlySet<Concept['family']>;
  readonly signs: readonly string[];
}

/** Signs of one family beyond this weigh nothing: a long text about one thing is not worse than a short one. */
const FAMILY_MAX = 3;

/** The first use of each sign in one clause. What is denied or only reported does not count. */
export function signsIn(clause: Clause, concepts: readonly Concept[]): Map<Concept, string> {
  const signs = new Map<Concept, string>();
  for (const concept of concepts) {
    const sign = firstUse(clause, concept);
    if (sign !== undefined) signs.set(concept, sign);
  }
  return signs;
}

/** Adds up the different signs of some clauses. */
export function weighSigns(clauses: readonly ReadonlyMap<Concept, string>[]): Hostility {
  const weights = new Map<Concept['family'], number>();
  const signs = new Map<Concept, string>(clauses.toReversed().flatMap((clause) => [...clause]));
  for (const { family, weight } of signs.keys()) {
    weights.set(family, Math.min(FAMILY_MAX, (weights.get(family) ?? 0) + weight));
  }
  const score = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  return { score, families: new Set(weights.keys()), signs: [...signs.values()] };
}

function firstUse(clause: Clause, { phrases }: Concept): string | undefined {
  for (const phrase of candidatesIn(clause, phrases)) {
    const span = findPhrase(clause, phrase);
    if (span === undefined || usageOf(clause, span) !== 'used') continue;
    return clause.words
      .slice(span.from, span.to + 1)
      .map(({ word }) => word)
      .join(' ');
  }
  return undefined;
}
