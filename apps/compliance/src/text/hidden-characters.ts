/** A run of characters that do not show, what it is, and the words it decodes to. */
export interface HiddenRun {
  readonly what: string;
  readonly at: number;
  readonly length: number;
  readonly decoded: string;
}

/** Everything without a shape, what turns the direction of writing, and what no font agrees on. */
const HIDDEN =
  /(?:\p{Default_Ignorable_Code_Point}|[\u202a-\u202e\u2800\ufff9-\ufffb\ue000-\uf8ff\u{f0000}-\u{ffffd}\u{100000}-\u{10fffd}])+/gu;
/** Scripts that need joiners to be written properly. */
const JOINING =
  /[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Gujarati}\p{Script=Gurmukhi}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Mongolian}\p{Script=Syriac}\p{Script=Oriya}\p{Script=Thai}\p{Script=Lao}]/u;
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;
const PICTOGRAPH = /\p{Extended_Pictographic}|\p{Emoji_Modifier}/u;
/** The three regional flags that are written with tag characters. */
const FLAG_TAGS =
  /^\u{1f3f4}\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})\u{e007f}/u;

/** Finds what an honest text has no use for, in the raw text; emoji, scripts that join and right-to-left marks are honest. */
export function findHiddenRuns(raw: string): HiddenRun[] {
  const runs: HiddenRun[] = [];
  const isRightToLeft = RIGHT_TO_LEFT.test(raw);
  for (const { 0: run, index: at } of raw.matchAll(HIDDEN)) {
    const place: Place = {
      at,
      before: characterBefore(raw, at),
      after: characterAt(raw, at + run.length),
      isRightToLeft,
    };
    if (HONEST_USES.some((isHonest) => isHonest(run, place))) continue;
    runs.push({ what: kindOf(run), at, length: run.length, decoded: decodeRun(raw, at, run) });
  }
  return joinedBits(raw, runs);
}

interface Place {
  readonly at: number;
  readonly before: string;
  readonly after: string;
  /** The text holds a script that is written from right to left. */
  readonly isRightToLeft: boolean;
}

const HONEST_USES: readonly ((run: string, place: Place) => boolean)[] = [
  // A byte order mark.
  (run, { at }) => at === 0 && run === '\ufeff',
  (run, { before }) => FLAG_TAGS.test(before + run),
  // Text or picture style of one sign, and of a key cap.
  (run, { before, after }) =>
    /^[\ufe0e\ufe0f]$/.test(run) &&
    (PICTOGRAPH.test(before) || /\p{S}/u.test(before) || (after === '\u20e3' && /[\d#*]/.test(before))),
  // 👩‍💻 and ❤️‍🔥: a joiner, after a variation selector or not, between two pictographs.
  (run, { before, after }) =>
    (run === '\u200d' || run === '\ufe0f\u200d') && PICTOGRAPH.test(before) && PICTOGRAPH.test(after),
  (run, { before, after }) => /^[\u200c\u200d]$/.test(run) && (JOINING.test(before) || JOINING.test(after)),
  (run, { isRightToLeft }) => isRightToLeft && /^(?:\u200e|\u200f|\u061c){1,2}$/.test(run),
  // A variant of one character.
  (run, { before }) => Array.from(run).length === 1 && isSelector(run) && /[\p{Script=Han}\p{Sm}]/u.test(before),
  (run, { before, after }) => /^[\u180b-\u180f]$/.test(run) && /\p{Script=Mongolian}/u.test(before + after),
  (run, { before }) => /^[\u115f\u1160\uffa0]$/.test(run) && /\p{Script=Hangul}/u.test(before),
];

const isSelector = (run: string): boolean => selectorByte(run.codePointAt(0) ?? 0).length > 0;

/** A soft hyphen tells where a word may be broken; it is odd rather than hidden text. */
export const isSoftHyphen = (run: string): boolean => /^\u00ad$/.test(run);

function kindOf(run: string): string {
  const kinds: [RegExp, string][] = [
    [/[\u{e0000}-\u{e007f}]/u, 'tag characters'],
    [/[\u202a-\u202e\u2066-\u2069]/u, 'characters that turn the direction of writing'],
    [/\p{Variation_Selector}/u, 'variation selectors'],
    [/[\ue000-\uf8ff\u{f0000}-\u{ffffd}\u{100000}-\u{10fffd}]/u, 'private-use characters'],
    [/[\u200b-\u200d\u2060-\u2064\ufeff]/u, 'zero-width characters'],
    [/\u00ad/u, 'soft hyphens'],
  ];
  const named = kinds.filter(([pattern]) => pattern.test(run)).map(([, name]) => name);
  return named.length > 0 ? named.join(' and ') : 'characters without a shape';
}

/** What a run spells: tag characters as letters, variation selectors as bytes, a turned text read the way it is drawn. */
function decodeRun(raw: string, at: number, run: string): string {
  const tags = Array.from(run)
    .flatMap((point) => tagLetter(point.codePointAt(0) ?? 0))
    .join('');
  if (tags !== '') return tags;
  const bytes = Array.from(run).flatMap((point) => selectorByte(point.codePointAt(0) ?? 0));
  if (bytes.length > 1)
    return Buffer.from(bytes)
      .toString('utf8')
      .replace(/\ufffd/g, '');
  if (!/[\u202d\u202e]/.test(run)) return '';
  const turned = raw.slice(at + run.length, at + run.length + 400).split(/[\u202c\u2069\n]/)[0] ?? '';
  return run.includes('\u202e') ? Array.from(turned).toReversed().join('') : turned;
}

const tagLetter = (point: number): string[] =>
  point >= 0xe0020 && point <= 0xe007e ? [String.fromCodePoint(point - 0xe0000)] : [];

function selectorByte(point: number): number[] {
  if (point >= 0xfe00 && point <= 0xfe0f) return [point - 0xfe00];
  return point >= 0xe0100 && point <= 0xe01ef ? [point - 0xe0100 + 16] : [];
}

const BIT_CHARACTERS = /[\u200b-\u200d\u2060-\u2064\ufeff]/g;
const BITS_MIN = 16;

/** Zero-width characters spread over a text may spell bits: two of them are 0 and 1, in one order or the other. */
function joinedBits(raw: string, runs: readonly HiddenRun[]): HiddenRun[] {
  const first = runs.findIndex(({ what }) => what.includes('zero-width'));
  const marks = first < 0 ? [] : (raw.match(BIT_CHARACTERS) ?? []).slice(0, 65_536);
  if (marks.length < BITS_MIN) return [...runs];
  const decoded = spelledBits(marks);
  return runs.map((run, index) => (index === first && decoded !== '' ? { ...run, decoded } : run));
}

function spelledBits(marks: readonly string[]): string {
  const alphabet = [...new Set(marks)].slice(0, 3);
  for (const zero of alphabet) {
    for (const one of alphabet) {
      if (zero === one) continue;
      const bits = marks
        .filter((mark) => mark === zero || mark === one)
        .map((mark) => (mark === one ? '1' : '0'))
        .join('');
      const text = (bits.match(/.{8}/g) ?? []).map((byte) => String.fromCharCode(Number.parseInt(byte, 2))).join('');
      if (/^[\x20-\x7e\n]{2,}$/.test(text)) return text;
    }
  }
  return '';
}

const characterAt = (raw: string, at: number): string =>
  at < raw.length ? String.fromCodePoint(raw.codePointAt(at) ?? 0) : '';

function characterBefore(raw: string, at: number): string {
  if (at === 0) return '';
  const low = raw.charCodeAt(at - 1);
  return low >= 0xdc00 && low <= 0xdfff && at >= 2 ? raw.slice(at - 2, at) : raw.slice(at - 1, at);
}

/** True when a decoded run holds words rather than noise. */
export const spellsWords = (decoded: string): boolean =>
  decoded.length >= 4 &&
  /[a-z]{3,}/i.test(decoded) &&
  (decoded.match(/[\x20-\x7e\s]/g)?.length ?? 0) >= decoded.length * 0.8;
