import type { Phrase } from './phrase.ts';
import type { Clause } from './split-clauses.ts';

/** Phrases by the words they can begin with. Lists are made once, when the program starts. */
const indexes = new WeakMap<readonly Phrase[], ReadonlyMap<string, readonly number[]>>();

function indexOf(list: readonly Phrase[]): ReadonlyMap<string, readonly number[]> {
  const known = indexes.get(list);
  if (known !== undefined) return known;
  const index = new Map<string, number[]>();
  for (const [at, { steps }] of list.entries()) {
    for (const word of steps[0]?.words ?? []) {
      const entry = index.get(word);
      if (entry === undefined) index.set(word, [at]);
      else entry.push(at);
    }
  }
  indexes.set(list, index);
  return index;
}

/** Every name that a step may know a word of the clause by, each once: asked for by each list of phrases. */
const names = new WeakMap<Clause, readonly string[]>();

export function namesIn(clause: Clause): readonly string[] {
  const known = names.get(clause);
  if (known !== undefined) return known;
  const found = new Set<string>();
  for (const { word, kind, parts } of clause.words) {
    found.add(word);
    if (kind !== undefined) found.add(kind);
    for (const part of parts ?? []) found.add(part);
  }
  const list = [...found];
  names.set(clause, list);
  return list;
}

/** Those of the phrases that a word of the clause can begin, in their order: a few of hundreds. */
export function candidatesIn(clause: Clause, list: readonly Phrase[]): Phrase[] {
  const index = indexOf(list);
  const places = new Set<number>();
  for (const name of namesIn(clause)) for (const at of index.get(name) ?? []) places.add(at);
  return places.size === 0 ? [] : [...places].sort((a, b) => a - b).flatMap((at) => list[at] ?? []);
}
