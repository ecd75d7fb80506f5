import type { Concept } from '../rules/hostility-concepts.ts';
import { findPhrase } from './phrase.ts';
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

/** Adds up the different signs that clauses use; what is denied or only reported does not count. */
export function weighHostility(clauses: readonly Clause[], concepts: readonly Concept[]): Hostility {
  const weights = new Map<Concept['family'], number>();
  const signs: string[] = [];
  for (const concept of concepts) {
    const sign = firstUse(clauses, concept);
    if (sign === undefined) continue;
    weights.set(concept.family, Math.min(FAMILY_MAX, (weights.get(concept.family) ?? 0) + concept.weight));
    signs.push(sign);
  }
  const score = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  return { score, families: new Set(weights.keys()), signs };
}

function firstUse(clauses: readonly Clause[], { phrases }: Concept): string | undefined {
  for (const clause of clauses) {
    for (const phrase of phrases) {
      const span = findPhrase(clause, phrase);
      if (span === undefined || usageOf(clause, span) !== 'used') continue;
      return clause.words
        .slice(span.from, span.to + 1)
        .map(({ word }) => word)
        .join(' ');
    }
  }
  return undefined;
}
