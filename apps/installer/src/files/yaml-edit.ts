import { isScalar, type Node, stringify, type YAMLMap } from 'yaml';
import { isRecord } from './config-document.ts';
import { eolOf, lineEnd, lineStart } from './layout.ts';
import { cannotEdit, type Edited, type Splice, spliced } from './splices.ts';
import {
  asList,
  asMap,
  colonEnd,
  contentEnd,
  dashOf,
  isNamedList,
  pairEnd,
  pairStart,
  type Slot,
  slotAt,
  type YamlDocument,
} from './yaml-document.ts';

const UNIT = '  ';

/** A value in block form, each line without the indentation of the first. */
const printed = (value: unknown): string[] =>
  stringify(value, { lineWidth: 0, blockQuote: false }).trimEnd().split('\n');

const indented = (lines: readonly string[], indent: string, eol: string): string =>
  lines.map((line) => indent + line).join(eol);

const isScalarValue = (value: unknown): boolean => typeof value !== 'object' || value === null;
const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/** The white space before `at` on its line, or undefined where something else stands there. */
function aloneAt(text: string, at: number): string | undefined {
  const before = text.slice(lineStart(text, at), at).replace('\ufeff', '');
  return /^ *$/.test(before) ? before : undefined;
}

const columnOf = (text: string, at: number): string =>
  ' '.repeat(text.slice(lineStart(text, at), at).replace('\ufeff', '').length);

/** Replaces the value of a member, or adds it as the first of its map or list. */
export function setYaml(document: YamlDocument, path: readonly string[], value: unknown): Edited {
  const slot = slotAt(document, path);
  if (slot === undefined) return insert(document, path, value);
  return slot.kind === 'pair'
    ? replacePair(document, slot, value)
    : replaceItem(document, slot, { name: path.at(-1), ...(value as object) });
}

function replacePair({ text }: YamlDocument, { pair, map }: Extract<Slot, { kind: 'pair' }>, value: unknown): Edited {
  const start = colonEnd(pair);
  const end = pairEnd(pair, text);
  const old = pair.value;
  const range = old?.range;
  if (isScalarValue(value) && isScalar(old) && range && range[1] > range[0] && !/BLOCK/.test(old.type ?? ''))
    return spliced(text, { start: range[0], end: range[1], insert: printed(value).join('') });
  if (map.flow === true) return spliced(text, { start, end, insert: ` ${JSON.stringify(value)}` });
  if (isScalarValue(value) || isEmpty(value))
    return spliced(text, { start, end, insert: ` ${printed(value).join('')}` });
  const eol = eolOf(text);
  const indent = columnOf(text, pairStart(pair)) + UNIT;
  return spliced(text, { start, end, insert: eol + indented(printed(value), indent, eol) });
}

function replaceItem(
  { text }: YamlDocument,
  { list, index, item }: Extract<Slot, { kind: 'item' }>,
  value: unknown,
): Edited {
  const dash = dashOf(list, index);
  if (dash === undefined)
    return spliced(text, { start: item.range?.[0] ?? 0, end: contentEnd(item, text), insert: JSON.stringify(value) });
  const [first = '', ...rest] = printed([value]);
  const eol = eolOf(text);
  const lines = [first, ...rest.map((line) => columnOf(text, dash) + line)];
  return spliced(text, { start: dash, end: contentEnd(item, text), insert: lines.join(eol) });
}

/** The value that a missing member becomes with the members on the way to it. */
function nested(document: YamlDocument, at: readonly string[], keys: readonly string[], value: unknown): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  const inner = nested(document, [...at, key], rest, value);
  return isNamedList(document.format, at) ? [{ name: key, ...(inner as object) }] : { [key]: inner };
}

function insert(document: YamlDocument, path: readonly string[], value: unknown): Edited {
  for (let length = path.length - 1; length >= 0; length--) {
    const at = path.slice(0, length);
    const slot = slotAt(document, at);
    if (length > 0 && slot === undefined) continue;
    // A map of one member, or a list of one item: what is put into what stands at `at`.
    const addition = nested(document, at, path.slice(length), value);
    return slot === undefined ? intoRoot(document, addition) : intoSlot(document, slot, addition);
  }
  return cannotEdit('no place for it was found');
}

function intoRoot(document: YamlDocument, addition: unknown): Edited {
  const { root, text } = document;
  if (root === null || (isScalar(root) && root.value === null && (root.range?.[0] ?? 0) === (root.range?.[1] ?? 0))) {
    const eol = eolOf(text);
    const lead = text.replace('\ufeff', '') === '' || text.endsWith('\n') ? '' : eol;
    const insertion = lead + indented(printed(addition), '', eol) + eol;
    return spliced(text, { start: text.length, end: text.length, insert: insertion });
  }
  const map = asMap(root);
  return map === undefined ? cannotEdit('what stands at the top is not a map') : intoMap(document, map, addition);
}

function intoSlot(document: YamlDocument, slot: Slot, addition: unknown): Edited {
  const { text } = document;
  if (slot.kind === 'item') return intoMap(document, slot.item, addition);
  const { value } = slot.pair;
  const [map, list] = [asMap(value), asList(value)];
  const isBare = value === null || (isScalar(value) && value.value === null) || (map ?? list)?.items.length === 0;
  if (isBare && slot.map.flow !== true) {
    // `extensions:`, `extensions: {}` and `extensions: null` become a block; a comment behind them stays.
    const colon = colonEnd(slot.pair);
    const eol = eolOf(text);
    const indent = columnOf(text, pairStart(slot.pair)) + UNIT;
    const end = Math.max(colon, value?.range?.[1] ?? colon);
    const at = lineEnd(text, end);
    const lines = { start: at, end: at, insert: eol + indented(printed(addition), indent, eol) };
    return end > colon ? spliced(text, { start: colon, end, insert: '' }, lines) : spliced(text, lines);
  }
  if (map !== undefined) return intoMap(document, map, addition);
  if (list !== undefined && Array.isArray(addition)) return intoList(document, list, addition);
  return cannotEdit('what stands there is neither a map nor a list');
}

function intoMap({ text }: YamlDocument, map: YAMLMap<Node, Node | null>, addition: unknown): Edited {
  if (map.flow === true)
    return intoFlow(text, map.range?.[0] ?? 0, map.items[0]?.key.range?.[0], JSON.stringify(addition).slice(1, -1));
  const [first] = map.items;
  if (first === undefined || !isRecord(addition)) return cannotEdit('what stands there cannot be added to');
  return before(text, pairStart(first), printed(addition));
}

function intoList(
  { text }: YamlDocument,
  list: NonNullable<ReturnType<typeof asList>>,
  addition: readonly unknown[],
): Edited {
  if (list.flow === true)
    return intoFlow(text, list.range?.[0] ?? 0, list.items[0]?.range?.[0], JSON.stringify(addition).slice(1, -1));
  const dash = dashOf(list, 0);
  return dash === undefined
    ? cannotEdit('the list is written in an unusual way')
    : before(text, dash, printed(addition));
}

/** Inside braces or brackets, before their first member. */
function intoFlow(text: string, open: number, first: number | undefined, json: string): Edited {
  const at = first ?? open + 1;
  return spliced(text, { start: at, end: at, insert: first === undefined ? json : `${json}, ` });
}

/** Lines of their own before what begins at `at`; where it shares its line with a dash, it moves to the next line. */
function before(text: string, at: number, lines: readonly string[]): Edited {
  const eol = eolOf(text);
  const indent = columnOf(text, at);
  const [first = '', ...rest] = lines;
  const insertion = [first, ...rest.map((line) => indent + line)].join(eol) + eol + indent;
  return spliced(text, { start: at, end: at, insert: insertion });
}

/** Removes a member and nothing else; a map or list that loses its last is left empty. */
export function removeYaml(document: YamlDocument, path: readonly string[]): Edited {
  const slot = slotAt(document, path);
  if (slot === undefined) return cannotEdit(`${path.at(-1) ?? ''} is not there`);
  const { text } = document;
  const flow = slot.kind === 'pair' ? slot.map.flow === true : slot.list.flow === true;
  const range = rangeOf(document, slot);
  if (range === undefined) return cannotEdit('the list is written in an unusual way');
  if (flow) return spliced(text, fromFlow(document, slot, range));
  const count = slot.kind === 'pair' ? slot.map.items.length : slot.list.items.length;
  if (count === 1) return lastOne(document, path, slot, range);
  if (aloneAt(text, range.start) !== undefined) return spliced(text, wholeLines(text, range.start, range.end));
  const next = slot.kind === 'pair' ? slot.map.items[slot.index + 1] : undefined;
  if (next === undefined) return cannotEdit('it shares its line with something else');
  return spliced(text, { start: range.start, end: pairStart(next), insert: '' });
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function rangeOf({ text }: YamlDocument, slot: Slot): Range | undefined {
  if (slot.kind === 'pair') return { start: pairStart(slot.pair), end: pairEnd(slot.pair, text) };
  const start = slot.list.flow === true ? slot.item.range?.[0] : dashOf(slot.list, slot.index);
  return start === undefined ? undefined : { start, end: contentEnd(slot.item, text) };
}

function fromFlow({ text }: YamlDocument, slot: Slot, { start, end }: Range): Splice {
  const starts =
    slot.kind === 'pair'
      ? slot.map.items.map((pair) => pairStart(pair))
      : slot.list.items.map((item) => item.range?.[0] ?? 0);
  const next = starts[slot.index + 1];
  if (next !== undefined) return { start, end: next, insert: '' };
  const previous = text.slice(0, start).search(/,[^,]*$/);
  return slot.index === 0 || previous < 0 ? { start, end, insert: '' } : { start: previous, end, insert: '' };
}

function lastOne(document: YamlDocument, path: readonly string[], slot: Slot, range: Range): Edited {
  const { text } = document;
  const lines = wholeLines(text, range.start, range.end);
  const holder = slotAt(document, path.slice(0, -1));
  if (path.length === 1) return spliced(text, lines);
  if (holder?.kind !== 'pair' || aloneAt(text, range.start) === undefined)
    return cannotEdit('it is all that its entry holds');
  const colon = colonEnd(holder.pair);
  return spliced(text, { start: colon, end: colon, insert: slot.kind === 'pair' ? ' {}' : ' []' }, lines);
}

/** The lines of a member, its last comment left; at the end of the file without a last line break, the break before goes. */
function wholeLines(text: string, start: number, end: number): Splice {
  const from = Math.max(lineStart(text, start), text.startsWith('\ufeff') ? 1 : 0);
  const to = lineEnd(text, end);
  if (text.slice(end, to).trim() !== '') return { start, end, insert: '' };
  if (to < text.length) return { start: from, end: text[to] === '\r' ? to + 2 : to + 1, insert: '' };
  const breakLength = text[from - 1] !== '\n' ? 0 : text[from - 2] === '\r' ? 2 : 1;
  return { start: from - breakLength, end: to, insert: '' };
}

export function yamlWords(document: YamlDocument, path: readonly string[]): string | undefined {
  const slot = slotAt(document, path);
  const range = slot === undefined ? undefined : rangeOf(document, slot);
  return range === undefined ? undefined : document.text.slice(range.start, range.end);
}

/** Right where the member stood in the same column; whoever asks compares the values. */
export function putBackYaml(document: YamlDocument, path: readonly string[], words: string): Edited {
  const { text } = document;
  const slot = slotAt(document, path);
  const range = slot === undefined ? undefined : rangeOf(document, slot);
  if (range !== undefined) return spliced(text, { ...range, insert: words });
  const parent = path.slice(0, -1);
  const holder = slotAt(document, parent);
  const node = parent.length === 0 ? document.root : holder?.kind === 'pair' ? holder.pair.value : holder?.item;
  const [map, list] = [asMap(node), asList(node)];
  const at = map?.items[0] === undefined ? (list === undefined ? undefined : dashOf(list, 0)) : pairStart(map.items[0]);
  if (at === undefined || (map ?? list)?.flow === true) return cannotEdit('what it stood in is not there any more');
  return before(text, at, [words]);
}

/** A path with the position of an item in place of its name. */
export function locateYaml(document: YamlDocument, path: readonly string[]): (string | number)[] {
  return path.map((key, index) => {
    const slot = slotAt(document, path.slice(0, index + 1));
    return slot?.kind === 'item' ? slot.index : key;
  });
}
