import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { type FileFormat, isRecord, samePath, type TextValue, type Unreadable } from './config-document.ts';

/** A parsed file: nodes carry offsets into `text`. */
export interface YamlDocument {
  readonly text: string;
  readonly format: FileFormat;
  readonly root: Node | null;
  readonly value: unknown;
}

type Parsed =
  | { readonly ok: true; readonly document: YamlDocument }
  | { readonly ok: false; readonly problem: Unreadable };

export type YamlPair = Pair<Node, Node | null>;

/** A member of a map, or an item of a list that is told apart by its name. */
export type Slot =
  | { readonly kind: 'pair'; readonly map: YAMLMap<Node, Node | null>; readonly index: number; readonly pair: YamlPair }
  | {
      readonly kind: 'item';
      readonly list: YAMLSeq<Node>;
      readonly index: number;
      readonly item: YAMLMap<Node, Node | null>;
    };

/** Nobody writes one this large by hand; parsing it would hold up everything else. */
const TEXT_LENGTH_MAX = 500_000;
const ALIASES_MAX = 100;
/** Stands for the items that have no name; no name of a server holds a control character. */
const NAMELESS = '\u0000';

export function parseYaml(text: string, format: FileFormat): Parsed {
  if (text.length > TEXT_LENGTH_MAX) return { ok: false, problem: { message: 'is larger than 500 kB' } };
  const parsed = parseDocument(text, { keepSourceTokens: true, logLevel: 'error' });
  const [error] = parsed.errors;
  if (error !== undefined) {
    const [place] = error.linePos ?? [];
    const message = error.message.split(' at line ')[0]?.split('\n')[0] ?? error.code;
    return { ok: false, problem: { message, ...(place === undefined ? {} : { line: place.line, column: place.col }) } };
  }
  return read(text, format, parsed);
}

function read(text: string, format: FileFormat, parsed: Document.Parsed): Parsed {
  try {
    const value = named(parsed.toJS({ maxAliasCount: ALIASES_MAX }) as unknown, [], format);
    return { ok: true, document: { text, format, root: parsed.contents, value: value ?? undefined } };
  } catch (error) {
    if (error instanceof DuplicateNameError) return { ok: false, problem: { message: error.message } };
    // What a hostile file can make the library throw: aliases that expand without end, or lead nowhere.
    if (error instanceof ReferenceError || error instanceof RangeError)
      return { ok: false, problem: { message: 'holds aliases that cannot be followed' } };
    throw error;
  }
}

class DuplicateNameError extends Error {}

export const isNamedList = ({ namedLists }: FileFormat, path: readonly string[]): boolean =>
  namedLists.some((list) => samePath(list, path));

/** The value with its named lists as objects. */
function named(value: unknown, path: readonly string[], format: FileFormat): unknown {
  if (Array.isArray(value)) return isNamedList(format, path) ? byName(value) : value;
  if (!isRecord(value) || !format.namedLists.some((list) => list.length > path.length)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, named(member, [...path, key], format)]));
}

function byName(list: readonly unknown[]): Record<string, unknown> {
  const seen = new Set<string>();
  let nameless = 0;
  const entries = list.map((item): [string, unknown] => {
    if (!isRecord(item) || typeof item['name'] !== 'string') return [`${NAMELESS}${nameless++}`, item];
    const { name, ...rest } = item;
    if (seen.has(item['name']))
      throw new DuplicateNameError(`the name ${JSON.stringify(item['name'].slice(0, 80))} stands twice in one list`);
    seen.add(item['name']);
    return [String(name), rest];
  });
  return Object.fromEntries(entries);
}

export const asMap = (node: Node | null | undefined): YAMLMap<Node, Node | null> | undefined =>
  // Parsed documents hold nodes for keys and values; the library's type allows anything.
  isMap(node) ? (node as YAMLMap<Node, Node | null>) : undefined;

export const asList = (node: Node | null | undefined): YAMLSeq<Node> | undefined =>
  isSeq(node) ? (node as YAMLSeq<Node>) : undefined;

const keyText = (node: Node | null): string | undefined => (isScalar(node) ? String(node.value) : undefined);

function pairSlot(map: YAMLMap<Node, Node | null>, key: string): Slot | undefined {
  const index = map.items.findIndex((pair) => keyText(pair.key) === key);
  const pair = map.items[index];
  return pair === undefined ? undefined : { kind: 'pair', map, index, pair };
}

function itemSlot(list: YAMLSeq<Node>, name: string): Slot | undefined {
  const index = list.items.findIndex((item) => {
    const slot = isMap(item) ? pairSlot(item as YAMLMap<Node, Node | null>, 'name') : undefined;
    return slot?.kind === 'pair' && isScalar(slot.pair.value) && slot.pair.value.value === name;
  });
  const item = asMap(list.items[index]);
  return item === undefined ? undefined : { kind: 'item', list, index, item };
}

/** The member at a path, undefined where there is none. */
export function slotAt({ root, format }: YamlDocument, path: readonly string[]): Slot | undefined {
  let node: Node | null = root;
  let slot: Slot | undefined;
  for (const [index, key] of path.entries()) {
    const [map, list] = [asMap(node), asList(node)];
    if (map !== undefined) slot = pairSlot(map, key);
    else if (list !== undefined && isNamedList(format, path.slice(0, index))) slot = itemSlot(list, key);
    else return undefined;
    if (slot === undefined) return undefined;
    node = slot.kind === 'pair' ? slot.pair.value : slot.item;
  }
  return slot;
}

/** Every text of the file with its place. */
export function yamlTexts({ root }: YamlDocument): TextValue[] {
  const found: TextValue[] = [];
  const visit = (node: Node | null, key: string, before: string): void => {
    const [map, list] = [asMap(node), asList(node)];
    if (map !== undefined) for (const pair of map.items) visit(pair.value, keyText(pair.key) ?? '', '');
    else if (list !== undefined)
      for (const [index, item] of list.items.entries()) visit(item, '', textOf(list.items[index - 1]));
    else if (isScalar(node) && typeof node.value === 'string' && node.range)
      found.push({ key, before, value: node.value, start: node.range[0], end: node.range[1] });
  };
  visit(root, '', '');
  return found;
}

const textOf = (node: Node | undefined): string => (isScalar(node) && typeof node.value === 'string' ? node.value : '');

/** Where the content of a node ends, without the comments and line breaks the parser counts to it. */
export function contentEnd(node: Node, text: string): number {
  const [map, list] = [asMap(node), asList(node)];
  const last = map?.items.at(-1);
  if (map !== undefined && map.flow !== true && last !== undefined) return pairEnd(last, text);
  const item = list?.items.at(-1);
  if (list !== undefined && list.flow !== true && item !== undefined) return contentEnd(item, text);
  const [start, end] = node.range ?? [0, 0];
  return start + text.slice(start, end).trimEnd().length;
}

export function pairEnd(pair: YamlPair, text: string): number {
  const { value } = pair;
  const colon = colonEnd(pair);
  if (value === null || isAlias(value)) return value?.range?.[1] ?? colon;
  const end = contentEnd(value, text);
  return Math.max(end, colon);
}

/** Right after the colon of a pair, or after its key where it has none. */
export function colonEnd({ key, srcToken }: YamlPair): number {
  const colon = srcToken && 'sep' in srcToken ? srcToken.sep?.find(({ type }) => type === 'map-value-ind') : undefined;
  return colon === undefined ? (key.range?.[1] ?? 0) : colon.offset + 1;
}

const BLANK = ['space', 'newline', 'comment', 'comma'];

/** Where a pair begins, anchors and tags of its key included. */
export function pairStart({ key, srcToken }: YamlPair): number {
  const first = srcToken?.start.find(({ type }) => !BLANK.includes(type));
  return first?.offset ?? key.range?.[0] ?? 0;
}

/** Where an item of a block list begins: its dash. */
export function dashOf({ srcToken }: YAMLSeq<Node>, index: number): number | undefined {
  const item = srcToken?.type === 'block-seq' ? srcToken.items[index] : undefined;
  return item?.start.find(({ type }) => type === 'seq-item-ind')?.offset;
}
