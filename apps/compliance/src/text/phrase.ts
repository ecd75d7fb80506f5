import { FOREIGN_DENIALS } from './foreign-vocabulary.ts';
import { type Vocabulary, words } from './inflect.ts';
import type { Clause } from './split-clauses.ts';

type Step = { readonly words: ReadonlySet<string>; readonly gap: number };

/**
 * A phrase over words, such as `IGNORE ..3 PRIOR ..2 GUIDANCE`: upper case names a set of the vocabulary, `a|b` lists
 * words, `..n` lets up to n words stand between. Matching looks at most `gap` words ahead for each step, so its cost is
 * bounded by the phrase and linear in the text; there is no expression that could run away.
 */
export interface Phrase {
  readonly source: string;
  readonly steps: readonly Step[];
  /** Written `~n A B`: the words may stand in any order within n words of one another. */
  readonly within?: number;
  /** One of its own words denies ("do not tell"). */
  readonly denies: boolean;
}

const DENIALS = new Set([
  ...words("not never don't doesn't cannot can't won't isn't aren't neither"),
  ...FOREIGN_DENIALS,
]);

/** Where a phrase stands in a clause: indexes of its first and last word. */
export interface Span {
  readonly from: number;
  readonly to: number;
  /** A denial stands among the words ("keys are never sent") though the phrase itself holds none. */
  readonly denied?: boolean;
}

/** Compiles phrases. Throws on an unknown set: a misspelt phrase would never match and nobody would notice. */
export function phrases(vocabulary: Vocabulary, ...sources: string[]): Phrase[] {
  return sources.map((source) => compile(vocabulary, source));
}

function compile(vocabulary: Vocabulary, source: string): Phrase {
  const steps: Step[] = [];
  let gap = 0;
  const together = /^~(\d+) /.exec(source);
  for (const part of source.slice(together?.[0].length ?? 0).split(' ')) {
    if (/^\.\.\d+$/.test(part)) gap = Number(part.slice(2));
    else {
      steps.push({ words: wordsOf(vocabulary, part), gap });
      gap = 0;
    }
  }
  if (gap > 0 || steps.length === 0) throw new TypeError(`the phrase "${source}" ends in a gap or says nothing`);
  const denies = steps.some((step) => [...DENIALS].some((denial) => step.words.has(denial)));
  return { source, steps, denies, ...(together === null ? {} : { within: Number(together[1]) }) };
}

function wordsOf(vocabulary: Vocabulary, part: string): ReadonlySet<string> {
  const list = new Set<string>();
  for (const name of part.split('|')) {
    if (/^[A-Z][A-Z_]+$/.test(name)) {
      const set = vocabulary[name];
      if (set === undefined) throw new TypeError(`no set of words is called ${name}`);
      for (const word of set) list.add(word);
    } else list.add(name);
  }
  return list;
}

/** The first place of the phrase in the clause at or after `start`. */
export function findPhrase(clause: Clause, phrase: Phrase, start = 0): Span | undefined {
  const span =
    phrase.within === undefined
      ? findInOrder(clause, phrase, start)
      : findTogether(clause, phrase.steps, phrase.within, start);
  if (span === undefined || phrase.denies) return span;
  const denied = clause.words.slice(span.from, span.to + 1).some(({ word }) => DENIALS.has(word));
  return denied ? { ...span, denied } : span;
}

function findInOrder(clause: Clause, phrase: Phrase, start: number): Span | undefined {
  const [first] = phrase.steps;
  if (first === undefined) return undefined;
  for (let from = start; from < clause.words.length; from++) {
    if (!fits(first, clause, from)) continue;
    const to = follow(clause, phrase, 1, from);
    if (to !== undefined) return { from, to };
  }
  return undefined;
}

/** The first place where a word of each step stands within reach, whatever their order; no word serves two steps. */
function findTogether(clause: Clause, steps: readonly Step[], within: number, start: number): Span | undefined {
  const [first, ...others] = steps;
  if (first === undefined) return undefined;
  for (let at = start; at < clause.words.length; at++) {
    if (!fits(first, clause, at)) continue;
    const places = [at];
    for (const step of others) {
      const place = nearestTo(clause, step, at, within, places);
      if (place === undefined) break;
      places.push(place);
    }
    const span = { from: Math.min(...places), to: Math.max(...places) };
    if (places.length === steps.length && span.from >= start && span.to - span.from <= within) return span;
  }
  return undefined;
}

function nearestTo(
  clause: Clause,
  step: Step,
  at: number,
  within: number,
  taken: readonly number[],
): number | undefined {
  for (let distance = 1; distance <= within; distance++) {
    for (const place of [at + distance, at - distance])
      if (place >= 0 && fits(step, clause, place) && !taken.includes(place)) return place;
  }
  return undefined;
}

function follow(clause: Clause, phrase: Phrase, step: number, at: number): number | undefined {
  const wanted = phrase.steps[step];
  if (wanted === undefined) return at;
  for (let next = at + 1; next <= at + 1 + wanted.gap && next < clause.words.length; next++) {
    if (!fits(wanted, clause, next)) continue;
    const end = follow(clause, phrase, step + 1, next);
    if (end !== undefined) return end;
  }
  return undefined;
}

function fits({ words }: Step, clause: Clause, at: number): boolean {
  const word = clause.words[at];
  if (word === undefined) return false;
  return (
    words.has(word.word) ||
    (word.kind !== undefined && words.has(word.kind)) ||
    word.parts?.some((part) => words.has(part)) === true ||
    word.meanings?.some((meaning) => words.has(meaning)) === true
  );
}
