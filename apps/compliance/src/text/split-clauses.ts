import { FIELD_NAME, kindOfCompound, SECRETS } from './compound-words.ts';
import { glossesOf, isForeign } from './foreign-glosses.ts';
import { splitUnspaced } from './foreign-vocabulary.ts';
import { normaliseText } from './normalise-text.ts';
import { quotedPlaces } from './quoted-places.ts';
import { kindsOfWord } from './sensitive-words.ts';

/** A word of a clause with what surrounds it; `word` is normalised and bare of punctuation at its ends. */
export interface Word {
  readonly word: string;
  /** What the word is besides itself: a file of keys, an address. */
  readonly kind?: string;
  /** The parts of a hyphenated word that are words of their own: `data-exfiltration`. */
  readonly parts?: readonly string[];
  /** What a word of another language means. */
  readonly meanings?: readonly string[];
  /** Offset of the bare word in the clause. */
  readonly at: number;
  /** Inside quotation marks or backticks. */
  readonly quoted: boolean;
  /** A comma, dash or bracket stands between this word and the one before. */
  readonly afterBreak: boolean;
}

/** One sentence or line: the reach of a phrase, of a negation and of a report ("detects …"). */
export interface Clause {
  readonly text: string;
  readonly words: readonly Word[];
  /** What stood before a colon that led to this clause ("Expected output: …"); empty when none did. */
  readonly label: string;
  readonly index: number;
}

/** Longer clauses are cut, so that the cost of a text is linear whatever its author does. */
export const CLAUSE_WORDS_MAX = 120;
const CLAUSE_CHARS_MAX = 2000;
/** Words that a full stop follows without ending anything. */
const ABBREVIATIONS = /(?:^|[\s(])(?:e\.g|i\.e|etc|vs|approx|no|fig|cf|incl|max|min)$/;

/** Splits a text into normalised clauses. */
export function splitClauses(raw: string): Clause[] {
  const clauses: Clause[] = [];
  for (const line of normaliseText(raw).split(/[\n\r\u2028\u2029]+/)) {
    for (const sentence of splitSentences(line)) appendClauses(clauses, sentence);
  }
  return clauses;
}

function splitSentences(line: string): string[] {
  const sentences: string[] = [];
  let from = 0;
  for (let at = 0; at < line.length; at++) {
    if (!isSentenceEnd(line, at)) continue;
    sentences.push(line.slice(from, at + 1));
    from = at + 1;
  }
  sentences.push(line.slice(from));
  return sentences;
}

function isSentenceEnd(line: string, at: number): boolean {
  const character = line[at];
  if (character === ';' || character === '。' || character === '！' || character === '？') return true;
  if (character !== '.' && character !== '!' && character !== '?') return false;
  const next = line[at + 1];
  // `<tag>` and closing quotes may follow directly; a letter or digit means a file name, a version or a host.
  if (next !== undefined && !/[\s"'`)\]}<>*]/.test(next)) return false;
  return character !== '.' || !ABBREVIATIONS.test(line.slice(Math.max(0, at - 8), at));
}

function appendClauses(clauses: Clause[], sentence: string): void {
  for (let from = 0; from < sentence.length; from += CLAUSE_CHARS_MAX) {
    const piece = sentence.slice(from, from + CLAUSE_CHARS_MAX);
    const words = splitWords(piece);
    for (let first = 0; first < words.length; first += CLAUSE_WORDS_MAX) {
      const part = words.slice(first, first + CLAUSE_WORDS_MAX);
      clauses.push({ text: piece.trim(), words: part, label: labelOf(piece), index: clauses.length });
    }
  }
}

/** "Expected output: ignore …" – at most six words before the colon, none of them a verb form we would judge. */
function labelOf(sentence: string): string {
  const colon = /:\**\s/.exec(sentence.slice(0, 90))?.index ?? -1;
  return colon < 0 || colon > 80 ? '' : sentence.slice(0, colon).trim();
}

const BEFORE_WORD = new Set('"\'`([{<*_,:!?#>|=');
const AFTER_WORD = new Set('"\'`)]}>*_,.;:!?#<|=');

/** The word without the punctuation around it, and where it begins. */
function bareWord(text: string): { bare: string; from: number } {
  let from = 0;
  let to = text.length;
  while (from < to && BEFORE_WORD.has(text[from] ?? '')) from++;
  while (to > from && AFTER_WORD.has(text[to - 1] ?? '')) to--;
  return { bare: text.slice(from, to), from };
}

function splitWords(clause: string): Word[] {
  const words: Word[] = [];
  const isQuoted = quotedPlaces(clause);
  let afterBreak = true;
  for (const { text, index } of pieces(clause)) {
    const { bare, from } = bareWord(text);
    if (bare === '' || bare === '-' || bare === '/') {
      afterBreak ||= /[-–—()[\]:>]/.test(text);
      continue;
    }
    const at = index + from;
    const breaks = afterBreak || /^[([{<]/.test(text);
    const kind = kindIn(text, bare, words.at(-1)?.word ?? '', breaks);
    words.push({ word: bare, at, quoted: isQuoted(at), afterBreak: breaks, ...kind, ...partsOf(bare) });
    afterBreak = /[:)\]}>]$/.test(text) || isSeparator(clause[index + text.length]);
  }
  return isForeign(words.map(({ word }) => word)) ? words.map(glossed) : words;
}

/** A word of another language is also what it means. */
function glossed(word: Word): Word {
  const meanings = glossesOf(word.word);
  return meanings.length === 0 ? word : { ...word, meanings };
}

/** `*_TOKEN`: every variable of that ending. */
const WILDCARD_SECRET = /^["'`(]?\*_?(?:token|key|secret|password|credential)s?\b/;

/** What a word is, by itself, by its quotation marks, and by the word before it. */
function kindIn(text: string, bare: string, previous: string, breaks: boolean): { kind?: string } {
  if (WILDCARD_SECRET.test(text)) return { kind: SECRETS };
  if (NAMED_FIELD.test(text) && INTO.has(previous)) return { kind: FIELD_NAME };
  return kindOf(bare, breaks ? '' : previous);
}

/** A parameter by its quoted name: "in the `notes` field", "as 'seed'". */
const NAMED_FIELD = /^[("'[]*[`'"][a-z][\w-]{0,40}[`'"][)\].,:]*$/;
const INTO = new Set('in into as through via under the of within inside to using'.split(' '));

/** What stands between blanks and commas, and inside it the words of writing without blanks. */
function* pieces(clause: string): Generator<{ text: string; index: number }> {
  for (const match of clause.matchAll(/[^\s,;，。、；！？]+/g))
    for (const { text, at } of splitUnspaced(match[0])) yield { text, index: match.index + at };
}

const isSeparator = (character: string | undefined): boolean => character === ',' || character === ';';

function kindOf(word: string, before: string): { kind?: string } {
  const kind = kindsOfWord(word) ?? kindOfCompound(word, before);
  return kind === undefined ? {} : { kind };
}

/** What `non-` and its like stand before, and `-proof` behind, is not what the word says. */
const NO_PARTS = /^(?:non|anti|counter|un|auto)-|-(?:evident|proof|resistant|safe|free|aware|detection)$/;

function partsOf(word: string): { parts?: readonly string[] } {
  if (!word.includes('-') || word.length > 60 || NO_PARTS.test(word)) return {};
  return { parts: word.split('-').filter((part) => part.length > 3) };
}
