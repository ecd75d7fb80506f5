import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Unreadable } from './config-document.ts';

/** A parsed configuration file: the tree carries offsets into `text`, `value` is what a client reads from it. */
export interface JsoncDocument {
  readonly text: string;
  /** Null for a file that holds nothing yet. */
  readonly tree: Node | null;
  readonly value: unknown;
}

export type Parsed =
  | { readonly ok: true; readonly document: JsoncDocument }
  | { readonly ok: false; readonly problem: Unreadable };

const BOM = '\ufeff';
/** Deeper documents are refused before the recursive parser meets them. */
const DEPTH_MAX = 200;

/** Parses JSON with comments and trailing commas, and refuses what an edit could not keep: errors and duplicate keys. */
export function parseJsonc(text: string): Parsed {
  if (text.replace(BOM, '').trim() === '') return { ok: true, document: { text, tree: null, value: undefined } };
  if (tooDeep(text)) return { ok: false, problem: { message: `nested more than ${DEPTH_MAX} levels deep` } };
  const errors: ParseError[] = [];
  // A byte order mark is a symbol to the parser; a space in its place keeps every offset.
  const tree = parseTree(text.startsWith(BOM) ? ` ${text.slice(1)}` : text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined)
    return { ok: false, problem: { message: printParseErrorCode(error.error), ...lineOf(text, error.offset) } };
  if (tree === undefined) return { ok: true, document: { text, tree: null, value: undefined } };
  const duplicate = findDuplicate(tree);
  if (duplicate !== undefined) {
    const name = String(duplicate.value).slice(0, 80);
    return {
      ok: false,
      problem: {
        message: `the key ${JSON.stringify(name)} stands twice in one object`,
        ...lineOf(text, duplicate.offset),
      },
    };
  }
  return { ok: true, document: { text, tree, value: plainValue(tree) } };
}

/** Counts brackets without regard to strings: an upper bound that no input can make expensive. */
function tooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at);
    else if (code === 0x7b || code === 0x5b) depth++;
    else if (code === 0x7d || code === 0x5d) depth--;
    if (depth > DEPTH_MAX) return true;
  }
  return false;
}

function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"' && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function lineOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/** Own members only, whatever their name: `fromEntries` defines `__proto__` as any other. */
function plainValue(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(plainValue);
  if (node.type !== 'object') return node.value as unknown;
  return Object.fromEntries(members(node).map(({ key, value }) => [key, plainValue(value)]));
}

export interface Member {
  readonly key: string;
  readonly keyNode: Node;
  readonly value: Node;
  /** From the key's quote to the end of the value. */
  readonly start: number;
  readonly end: number;
}

export function members(node: Node): Member[] {
  return (node.children ?? []).flatMap((property) => {
    const [keyNode, value] = property.children ?? [];
    if (keyNode === undefined || value === undefined) return [];
    return [{ key: String(keyNode.value), keyNode, value, start: keyNode.offset, end: value.offset + value.length }];
  });
}

function findDuplicate(node: Node): Node | undefined {
  const seen = new Set<string>();
  if (node.type === 'object') {
    for (const { key, keyNode } of members(node)) {
      if (seen.has(key)) return keyNode;
      seen.add(key);
    }
  }
  for (const child of node.type === 'object' ? members(node).map((member) => member.value) : (node.children ?? [])) {
    const found = findDuplicate(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The object at a path of keys, null where a part of it is missing, undefined where something else stands in the way. */
export function objectAt(tree: Node, path: readonly string[]): Node | null | undefined {
  let node: Node = tree;
  for (const key of path) {
    if (node.type !== 'object') return undefined;
    const member = members(node).find((candidate) => candidate.key === key);
    if (member === undefined) return null;
    node = member.value;
  }
  return node.type === 'object' ? node : undefined;
}
