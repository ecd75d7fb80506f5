import { type AST, ParseError, parseTOML } from 'toml-eslint-parser';
import type { TextValue, Unreadable } from './config-document.ts';

export type TomlPath = readonly (string | number)[];

/** A parsed file: nodes carry offsets into `text`. */
export interface TomlDocument {
  readonly text: string;
  readonly top: AST.TOMLTopLevelTable;
  readonly value: unknown;
}

type Parsed =
  | { readonly ok: true; readonly document: TomlDocument }
  | { readonly ok: false; readonly problem: Unreadable };

const BOM = '\ufeff';
/** Nobody writes one this large; parsing it would hold up everything else. */
const TEXT_LENGTH_MAX = 2_000_000;

export function parseToml(text: string): Parsed {
  if (text.length > TEXT_LENGTH_MAX) return { ok: false, problem: { message: 'is larger than 2 MB' } };
  try {
    // A byte order mark is a symbol to the parser; a space in its place keeps every offset.
    const program = parseTOML(text.startsWith(BOM) ? ` ${text.slice(1)}` : text);
    const [top] = program.body;
    return { ok: true, document: { text, top, value: wholeValue(top) } };
  } catch (error) {
    if (error instanceof ParseError)
      return { ok: false, problem: { message: error.message, line: error.lineNumber, column: error.column + 1 } };
    if (error instanceof RangeError) return { ok: false, problem: { message: 'is nested too deeply' } };
    throw error;
  }
}

/** The keys of a key-value line, as they are meant. */
export const keysOf = ({ key }: Pick<AST.TOMLKeyValue, 'key'>): string[] =>
  key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));

type Container = Record<string, unknown> | unknown[];

function wholeValue(top: AST.TOMLTopLevelTable): unknown {
  const root: Record<string, unknown> = {};
  for (const element of top.body) {
    if (element.type === 'TOMLKeyValue') assign(root, element);
    else {
      const table = containerAt(root, element.resolvedKey);
      for (const line of element.body) assign(table, line);
    }
  }
  return root;
}

function assign(target: Container, line: AST.TOMLKeyValue): void {
  const keys = keysOf(line);
  const last = keys.pop() ?? '';
  setOwn(containerAt(target, keys), last, plainValue(line.value));
}

function containerAt(root: Container, path: TomlPath): Container {
  let at = root;
  for (const [index, key] of path.entries()) {
    if (!Object.hasOwn(at, key)) setOwn(at, key, typeof path[index + 1] === 'number' ? [] : {});
    // The parser has refused whatever is no container here.
    at = (at as Record<string | number, unknown>)[key] as Container;
  }
  return at;
}

/** Defines an own member whatever its name, `__proto__` included. */
const setOwn = (target: Container, key: string | number, value: unknown): void => {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
};

function plainValue(node: AST.TOMLContentNode): unknown {
  if (node.type === 'TOMLArray') return node.elements.map(plainValue);
  if (node.type === 'TOMLInlineTable') {
    const table = {};
    for (const line of node.body) assign(table, line);
    return table;
  }
  return 'datetime' in node ? node.datetime : node.value;
}

/** Every text of the file with its place. */
export function tomlTexts({ top }: TomlDocument): TextValue[] {
  const found: TextValue[] = [];
  const visit = (node: AST.TOMLContentNode, key: string, before: string): void => {
    if (node.type === 'TOMLArray') {
      for (const [index, item] of node.elements.entries()) visit(item, '', textOf(node.elements[index - 1]));
    } else if (node.type === 'TOMLInlineTable') {
      for (const line of node.body) visit(line.value, keysOf(line).at(-1) ?? '', '');
    } else if (node.kind === 'string') {
      found.push({ key, before, value: node.value, start: node.range[0], end: node.range[1] });
    }
  };
  const lines = top.body.flatMap((element) => (element.type === 'TOMLKeyValue' ? [element] : element.body));
  for (const line of lines) visit(line.value, keysOf(line).at(-1) ?? '', '');
  return found;
}

const textOf = (node: AST.TOMLContentNode | undefined): string =>
  node?.type === 'TOMLValue' && node.kind === 'string' ? node.value : '';
