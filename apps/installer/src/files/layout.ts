import type { Node } from 'jsonc-parser';
import { members } from './jsonc-document.ts';

/** How a file is laid out, so that what is added looks as if it had always been there. */
export interface Layout {
  readonly eol: '\n' | '\r\n';
  /** One level of indentation. */
  readonly unit: string;
}

const DEFAULT_UNIT = '  ';

export function layoutOf(text: string, tree: Node | null): Layout {
  return { eol: eolOf(text), unit: tree === null ? DEFAULT_UNIT : (indentUnit(text, tree) ?? DEFAULT_UNIT) };
}

/** The difference in indentation between the first member on a line of its own and its object. */
function indentUnit(text: string, node: Node): string | undefined {
  if (node.type !== 'object') return undefined;
  for (const { start, value } of members(node)) {
    const own = ownIndent(text, start);
    const outer = lineIndent(text, node.offset);
    if (own !== undefined && own.length > outer.length && own.startsWith(outer)) return own.slice(outer.length);
    const inner = indentUnit(text, value);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** The white space before `offset` on its line, when there is nothing else before it. */
export function ownIndent(text: string, offset: number): string | undefined {
  const line = text.slice(lineStart(text, offset), offset);
  return /^[ \t]*$/.test(line) && lineStart(text, offset) > 0 ? line : undefined;
}

/** The white space that the line of `offset` begins with. */
export const lineIndent = (text: string, offset: number): string =>
  /^[\ufeff]?([ \t]*)/.exec(text.slice(lineStart(text, offset)))?.[1] ?? '';

export const lineStart = (text: string, offset: number): number =>
  offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;

/** Where the line of `offset` ends, before its line break. */
export function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  if (at < 0) return text.length;
  return text[at - 1] === '\r' && at > offset ? at - 1 : at;
}

export const eolOf = (text: string): '\n' | '\r\n' => (text.includes('\r\n') ? '\r\n' : '\n');

/** A value as this file would hold it; `indent` is the indentation of the line it starts on. */
export function printValue(value: unknown, indent: string, { eol, unit }: Layout): string {
  const lines = JSON.stringify(value, null, unit).split('\n');
  return lines.map((line, index) => (index === 0 ? line : indent + line)).join(eol);
}
