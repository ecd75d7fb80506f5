import { STEERING_SIGNS } from '../rules/hostility/steering-signs.ts';
import { CONCEPTS } from '../rules/hostility-concepts.ts';
import { aspectsIn } from '../rules/schemes/aspects-in.ts';
import type { DefinitionText, TextLeaf } from '../text/definition-text.ts';
import { signsIn } from '../text/hostility.ts';
import { nameWords } from '../text/name-words.ts';
import type { Clause, Word } from '../text/split-clauses.ts';
import { VOCABULARY } from '../text/vocabulary.ts';

/** What a text is known by, and the words of it that say so. */
export type Features = ReadonlyMap<string, string>;

/** Beyond this a text is a manual, and speaks of everything sooner or later. */
const CLAUSES_READ = 12;
const PROSE = /(?:^|\.)(?:description|title|default|const|\$comment|instructions|(?:enum|examples)\.\d+)$/;

/** The features of one tool's texts. */
export function featuresOf(text: DefinitionText, leaves: readonly TextLeaf[]): Features {
  const features = new Map<string, string>();
  const add = (feature: string, words: string): void => {
    if (!features.has(feature)) features.set(feature, words);
  };
  let read = 0;
  for (const leaf of leaves) {
    if (leaf.field === 'name') for (const word of nameWords(leaf.raw)) add(`name ${stem(word)}`, word);
    if (leaf.isKey || !PROSE.test(leaf.field)) continue;
    const clauses = text.clausesOf(leaf).slice(0, CLAUSES_READ - read);
    read += clauses.length;
    for (const clause of clauses) addClause(add, clause, placeOf(leaf, clause), clauses.length === 1);
  }
  return features;
}

const placeOf = ({ field }: TextLeaf, { index }: Clause): 'first' | 'later' =>
  field === 'description' && index === 0 ? 'first' : 'later';

type Add = (feature: string, words: string) => void;

function addClause(add: Add, clause: Clause, place: 'first' | 'later', isAlone: boolean): void {
  // What comes before an order may be about anything: only its parts tell, not its words.
  if (place === 'later' || isAlone) addWords(add, clause, place);
  // "Adds no hidden recipients" has the same parts, and says the opposite.
  const mood = clause.words.some(isDenial) ? `${place} denied` : place;
  const aspects = aspectsIn(clause);
  for (const [at, one] of aspects.entries()) {
    add(`${mood} part ${one}`, one);
    for (const other of aspects.slice(at + 1)) add(`${mood} parts ${one} ${other}`, `${one} with ${other}`);
  }
  for (const { concept, words } of signsIn(clause, CONCEPTS)) add(`${mood} sign ${concept.family}`, words);
  for (const { concept, words } of signsIn(clause, STEERING_SIGNS)) add(`${mood} steers ${concept.family}`, words);
}

function addWords(add: Add, { words }: Clause, place: string): void {
  let denied = 0;
  for (const word of words) {
    const form = denied > 0 ? `no ${formOf(word)}` : formOf(word);
    add(`${place} ${form}`, word.word);
    add(form, word.word);
    denied = isDenial(word) ? DENIAL_REACH : denied - 1;
  }
  const [lead] = words;
  if (lead !== undefined) add(`${place} leads ${formOf(lead)}`, lead.word);
}

/** How many words a denial reaches. */
const DENIAL_REACH = 6;
const isDenial = ({ word, meanings }: Word): boolean =>
  VOCABULARY.NOT.has(word) || meanings?.some((meaning) => meaning === 'not' || meaning === 'never') === true;

const STEM_CHARS = 8;
const ENDING = /(?:ations?|ingly|edly|ing|ied|ies|ed|es|s|ly|e)$/;
const stem = (word: string): string => word.replace(/'s$/, '').replace(ENDING, '').slice(0, STEM_CHARS);

/** What the word is, what it means, or how it is spelled without its ending. */
const formOf = ({ kind, meanings, word }: Word): string => kind ?? meanings?.[0] ?? stem(word);

/** Fewer known features say nothing. */
const KNOWN_MIN = 6;
/** Words alone are no attack: so many parts of an order have to speak for it as well. */
const PARTS_MIN = 3;
const PART = / (?:part|sign|steers) /;
const PART_WEIGHT_MIN = 0.1;

/** The sum of the weights by the root of how many there are: long texts are no worse than short ones. 0 where too little is known. */
export function scoreOf(features: Iterable<string>, weightOf: (feature: string) => number | undefined): number {
  let [sum, known, parts] = [0, 0, 0];
  for (const feature of features) {
    const weight = weightOf(feature);
    if (weight === undefined) continue;
    sum += weight;
    known++;
    if (weight > PART_WEIGHT_MIN && PART.test(feature)) parts++;
  }
  return known < KNOWN_MIN || parts < PARTS_MIN ? 0 : sum / Math.sqrt(known);
}
