import type { Phrase } from './phrase.ts';
import type { Clause } from './split-clauses.ts';

type Index = ReadonlyMap<string, readonly number[]>;

/** Phrases by the words they can begin and end with. Lists are made once, when the program starts. */
const indexes = new WeakMap<readonly Phrase[], { readonly first: Index; readonly last: Index }>();

function indexOf(list: readonly Phrase[]) {
  const known = indexes.get(list);
  if (known !== undefined) return known;
  const index = { first: byStep(list, 0), last: byStep(list, -1) };
  indexes.set(list, index);
  return index;
}

function byStep(list: readonly Phrase[], step: number): Index {
  const index = new Map<string, number[]>();
  for (const [at, { steps }] of list.entries()) {
    for (const word of steps.at(step)?.words ?? []) {
      const entry = index.get(word);
      if (entry === undefined) index.set(word, [at]);
      else entry.push(at);
    }
  }
  return index;
}

/** Every name that a step may know a word of the clause by, each once: asked for by each list of phrases. */
const names = new WeakMap<Clause, readonly string[]>();

export function namesIn(clause: Clause): readonly string[] {
  const known = names.get(clause);
  if (known !== undefined) return known;
  const found = new Set<string>();
  for (const { word, kind, parts, meanings } of clause.words) {
    found.add(word);
    if (kind !== undefined) found.add(kind);
    for (const part of parts ?? []) found.add(part);
    for (const meaning of meanings ?? []) found.add(meaning);
  }
  const list = [...found];
  names.set(clause, list);
  return list;
}

/** Those of the phrases that a word of the clause can begin and another end, in their order: a few of hundreds. */
export function candidatesIn(clause: Clause, list: readonly Phrase[]): Phrase[] {
  const { first, last } = indexOf(list);
  const begun = new Set<number>();
  for (const name of namesIn(clause)) for (const at of first.get(name) ?? []) begun.add(at);
  if (begun.size === 0) return [];
  const whole = new Set<number>();
  for (const name of namesIn(clause)) for (const at of last.get(name) ?? []) if (begun.has(at)) whole.add(at);
  return whole.size === 0 ? [] : [...whole].sort((a, b) => a - b).flatMap((at) => list[at] ?? []);
}
