import type { Phrase } from './phrase.ts';
import type { Clause } from './split-clauses.ts';

/** All phrases of all lists that were ever asked for, by the words they can begin and end with. Lists are made once, when the program starts. */
const known: { readonly phrase: Phrase; readonly list: number }[] = [];
const beginning = new Map<string, number[]>();
const ending = new Map<string, number[]>();
const numbers = new WeakMap<readonly Phrase[], number>();
let lists = 0;

function enrol(list: readonly Phrase[]): number {
  const number = lists++;
  numbers.set(list, number);
  for (const phrase of list) {
    const at = known.push({ phrase, list: number }) - 1;
    for (const word of phrase.steps[0]?.words ?? []) note(beginning, word, at);
    for (const word of phrase.steps.at(-1)?.words ?? []) note(ending, word, at);
  }
  return number;
}

function note(index: Map<string, number[]>, word: string, at: number): void {
  const entry = index.get(word);
  if (entry === undefined) index.set(word, [at]);
  else entry.push(at);
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

interface Candidates {
  /** How many lists there were when the clause was looked up. */
  readonly lists: number;
  readonly byList: ReadonlyMap<number, Phrase[]>;
}
const found = new WeakMap<Clause, Candidates>();
const NONE: readonly Phrase[] = [];

/** Those of the phrases that a word of the clause can begin and another end, in their order: a few of hundreds. */
export function candidatesIn(clause: Clause, list: readonly Phrase[]): readonly Phrase[] {
  const number = numbers.get(list) ?? enrol(list);
  let candidates = found.get(clause);
  if (candidates === undefined || candidates.lists <= number) {
    candidates = { lists, byList: lookUp(clause) };
    found.set(clause, candidates);
  }
  return candidates.byList.get(number) ?? NONE;
}

/** One pass over the words serves every list. */
function lookUp(clause: Clause): Map<number, Phrase[]> {
  const begun = new Set(namesIn(clause).flatMap((name) => beginning.get(name) ?? []));
  const ended = new Set(namesIn(clause).flatMap((name) => ending.get(name) ?? []));
  const byList = new Map<number, Phrase[]>();
  for (const at of [...begun.intersection(ended)].sort((one, other) => one - other)) {
    const entry = known[at];
    if (entry === undefined) continue;
    const phrases = byList.get(entry.list);
    if (phrases === undefined) byList.set(entry.list, [entry.phrase]);
    else phrases.push(entry.phrase);
  }
  return byList;
}
