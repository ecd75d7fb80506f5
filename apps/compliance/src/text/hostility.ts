import type { Concept } from '../rules/hostility/concept.ts';
import { candidatesIn, findPhrase, type Span } from './phrase.ts';
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

/** A sign where it was met in a clause. */
export interface Sign {
  readonly concept: Concept;
  readonly span: Span;
  readonly words: string;
}

/** The first use of each sign in one clause; a word counts once. What is denied or only reported does not count. */
export function signsIn(clause: Clause, concepts: readonly Concept[]): Sign[] {
  const met = concepts.flatMap((concept) => firstUse(clause, concept) ?? []);
  const counted: Sign[] = [];
  for (const sign of met.sort((a, b) => b.concept.weight - a.concept.weight || length(b) - length(a)))
    if (!counted.some(({ span }) => span.from <= sign.span.from && span.to >= sign.span.to)) counted.push(sign);
  return counted.sort((a, b) => a.span.from - b.span.from);
}

const length = ({ span }: Sign): number => span.to - span.from;

/** Adds up the different signs of some clauses. */
export function weighSigns(clauses: readonly (readonly Sign[])[]): Hostility {
  const weights = new Map<Concept['family'], number>();
  const signs = new Map<Concept, string>();
  for (const { concept, words } of clauses.flat()) if (!signs.has(concept)) signs.set(concept, words);
  for (const { family, weight } of signs.keys()) {
    weights.set(family, Math.min(FAMILY_MAX, (weights.get(family) ?? 0) + weight));
  }
  const score = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  return { score, families: new Set(weights.keys()), signs: [...signs.values()] };
}

function firstUse(clause: Clause, concept: Concept): Sign | undefined {
  for (const phrase of candidatesIn(clause, concept.phrases)) {
    const span = findPhrase(clause, phrase);
    if (span === undefined || usageOf(clause, span) !== 'used') continue;
    const words = clause.words
      .slice(span.from, span.to + 1)
      .map(({ word }) => word)
      .join(' ');
    return { concept, span, words };
  }
  return undefined;
}
