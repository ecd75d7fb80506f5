import { valueAt } from '@mcp-coordinator/core/configuration/json-pointer';
import type { AST } from 'toml-eslint-parser';
import { isRecord, isUnder, samePath } from './config-document.ts';
import { eolOf, lineEnd, lineIndent, lineStart } from './layout.ts';
import { cannotEdit, type Edited, type Splice, spliced } from './splices.ts';
import { keysOf, type TomlDocument, type TomlPath } from './toml-document.ts';
import { printInline, printKey, printLines, printTable } from './toml-print.ts';

/** A `key = value` with the inline table it stands in, or null where it has a line of its own. */
interface Line {
  readonly node: AST.TOMLKeyValue;
  readonly path: TomlPath;
  readonly inline: AST.TOMLInlineTable | null;
}

/** Everything that makes up a member: one line, tables, or lines with dotted keys. */
interface Member {
  readonly line: Line | undefined;
  readonly tables: readonly AST.TOMLTable[];
  readonly dotted: boolean;
}

function linesOf({ top }: TomlDocument): Line[] {
  const found: Line[] = [];
  const visit = (node: AST.TOMLKeyValue, at: TomlPath, inline: AST.TOMLInlineTable | null): void => {
    const path = [...at, ...keysOf(node)];
    found.push({ node, path, inline });
    if (node.value.type === 'TOMLInlineTable') for (const inner of node.value.body) visit(inner, path, node.value);
  };
  for (const element of top.body) {
    if (element.type === 'TOMLKeyValue') visit(element, [], null);
    else for (const node of element.body) visit(node, element.resolvedKey, null);
  }
  return found;
}

const tablesOf = ({ top }: TomlDocument): AST.TOMLTable[] => top.body.filter((element) => element.type === 'TOMLTable');

function memberAt(document: TomlDocument, path: readonly string[]): Member {
  const lines = linesOf(document);
  const tables = tablesOf(document).filter(({ resolvedKey }) => isUnder(resolvedKey, path));
  const line = lines.find((candidate) => samePath(candidate.path, path));
  const within = lines.filter((candidate) => candidate.path.length > path.length && isUnder(candidate.path, path));
  return { line, tables, dotted: within.some(({ node }) => !isHeld(node, tables, line)) };
}

const isHeld = (node: AST.TOMLKeyValue, tables: readonly AST.TOMLTable[], line: Line | undefined): boolean =>
  [...tables, ...(line === undefined ? [] : [line.node])].some(
    ({ range }) => range[0] <= node.range[0] && node.range[1] <= range[1],
  );

const SCATTERED = 'it is written with dotted keys, which cannot be changed in one piece';

/** Replaces the value of a member; adds a new one as a table at the end of the file, or as the first line of its table. */
export function setToml(document: TomlDocument, path: readonly string[], value: unknown): Edited {
  const { line, tables, dotted } = memberAt(document, path);
  if (dotted) return cannotEdit(SCATTERED);
  if (line !== undefined) {
    const [start, end] = line.node.value.range;
    return spliced(document.text, { start, end, insert: printInline(value) });
  }
  if (tables.length > 0) return replaceTable(document, path, tables, value);
  return insert(document, path, value);
}

function replaceTable(
  document: TomlDocument,
  path: readonly string[],
  tables: readonly AST.TOMLTable[],
  value: unknown,
): Edited {
  const [table, ...more] = tables;
  if (table === undefined || more.length > 0 || table.kind !== 'standard' || !samePath(table.resolvedKey, path))
    return cannotEdit('it is spread over several tables');
  if (!isRecord(value)) return cannotEdit('a table stands where a value is wanted');
  const eol = eolOf(document.text);
  const start = lineEnd(document.text, table.key.range[1]);
  const lines = printLines(value).map((text) => eol + text);
  return spliced(document.text, { start, end: lineEnd(document.text, table.range[1]), insert: lines.join('') });
}

function insert(document: TomlDocument, path: readonly string[], value: unknown): Edited {
  const parent = path.slice(0, -1);
  const key = path.at(-1) ?? '';
  const holder = memberAt(document, parent);
  if (holder.line !== undefined) return insertInline(document, holder.line, key, value);
  const around = valueAt(document.value, parent);
  const isEntry = isRecord(around) && Object.values(around).some((member) => !isRecord(member));
  if (isRecord(value) && !(isEntry && parent.length > 0))
    return append(document, printTable(path, value, eolOf(document.text)));
  const table = holder.tables.find(({ kind, resolvedKey }) => kind === 'standard' && samePath(resolvedKey, parent));
  if (table === undefined) return cannotEdit(`there is no table [${parent.map(printKey).join('.')}] to add ${key} to`);
  return insertLine(document, table, `${printKey(key)} = ${printInline(value)}`);
}

function insertInline(document: TomlDocument, { node }: Line, key: string, value: unknown): Edited {
  if (node.value.type !== 'TOMLInlineTable') return cannotEdit('what stands there is not a table');
  const at = node.value.range[0] + 1;
  const comma = node.value.body.length > 0 ? ',' : '';
  return spliced(document.text, { start: at, end: at, insert: ` ${printKey(key)} = ${printInline(value)}${comma}` });
}

function insertLine({ text }: TomlDocument, table: AST.TOMLTable, line: string): Edited {
  const at = lineEnd(text, table.key.range[1]);
  const indent = table.body[0] === undefined ? '' : lineIndent(text, table.body[0].range[0]);
  return spliced(text, { start: at, end: at, insert: `${eolOf(text)}${indent}${line}` });
}

/** Puts a table at the end, after one empty line; a file without a last line break keeps none. */
function append({ text }: TomlDocument, table: string): Edited {
  const eol = eolOf(text);
  const at = text.length;
  if (text.replace('\ufeff', '') === '') return spliced(text, { start: at, end: at, insert: table + eol });
  const insertion = text.endsWith('\n') ? eol + table + eol : eol + eol + table;
  return spliced(text, { start: at, end: at, insert: insertion });
}

/** Removes a line or the tables of a member, with the empty line before each table. */
export function removeToml(document: TomlDocument, path: readonly string[]): Edited {
  const { line, tables, dotted } = memberAt(document, path);
  if (dotted) return cannotEdit(SCATTERED);
  if (line !== undefined)
    return spliced(
      document.text,
      line.inline === null ? ownLine(document, line.node) : fromInline(document, line.inline, line.node),
    );
  if (tables.length === 0) return cannotEdit(`${path.at(-1) ?? ''} is not there`);
  return spliced(document.text, ...tables.map((table) => wholeTable(document, table)));
}

/** With the line break before it, as the insertion of a line put it there; a comment on the line stays. */
function ownLine({ text }: TomlDocument, { range: [start, end] }: AST.TOMLKeyValue): Splice {
  const from = lineStart(text, start);
  const to = lineEnd(text, end);
  if (text.slice(end, to).trim() !== '' || text.slice(from, start).replace('\ufeff', '').trim() !== '')
    return { start, end, insert: '' };
  if (from > 0) return { start: from - breakBefore(text, from), end: to, insert: '' };
  const after = /^\r?\n/.exec(text.slice(to, to + 2))?.[0].length ?? 0;
  return { start: text.startsWith('\ufeff') ? 1 : 0, end: to + after, insert: '' };
}

function fromInline({ text }: TomlDocument, table: AST.TOMLInlineTable, node: AST.TOMLKeyValue): Splice {
  const index = table.body.indexOf(node);
  const [next, previous] = [table.body[index + 1], table.body[index - 1]];
  if (previous !== undefined) return { start: previous.range[1], end: node.range[1], insert: '' };
  // The first goes with its comma, and with the space before it.
  const end = next === undefined ? node.range[1] : text.indexOf(',', node.range[1]) + 1;
  return { start: table.range[0] + 1, end, insert: '' };
}

/** The length of the line break that ends right before `at`; 0 where there is none. */
const breakBefore = (text: string, at: number): number => {
  if (text[at - 1] !== '\n') return 0;
  return text[at - 2] === '\r' ? 2 : 1;
};

function tableRange({ text }: TomlDocument, table: AST.TOMLTable): { start: number; end: number } {
  const from = lineStart(text, table.range[0]);
  // A byte order mark belongs to the file.
  return { start: from === 0 && text.startsWith('\ufeff') ? 1 : from, end: lineEnd(text, table.range[1]) };
}

function wholeTable(document: TomlDocument, table: AST.TOMLTable): Splice {
  const { text } = document;
  const { start, end: to } = tableRange(document, table);
  const own = breakBefore(text, start);
  const blank = own === 0 ? 0 : breakBefore(text, start - own);
  const isFirstLine = own > 0 && start - own === 0;
  if (to === text.length) return { start: start - own - blank, end: to, insert: '' };
  const after = /^\r?\n/.exec(text.slice(to, to + 2))?.[0].length ?? 0;
  return { start: start - (blank > 0 || isFirstLine ? own : 0), end: to + after, insert: '' };
}

/** The text of a member: its line, or its tables one after the other. */
export function tomlWords(document: TomlDocument, path: readonly string[]): string | undefined {
  const { line, tables, dotted } = memberAt(document, path);
  if (dotted) return undefined;
  if (line !== undefined) return document.text.slice(...line.node.range);
  const texts = tables.map((table) => {
    const { start, end } = tableRange(document, table);
    return document.text.slice(start, end);
  });
  return texts.length === 0 ? undefined : texts.join(eolOf(document.text));
}

export function putBackToml(document: TomlDocument, path: readonly string[], words: string): Edited {
  const { line, tables, dotted } = memberAt(document, path);
  if (dotted) return cannotEdit(SCATTERED);
  const isTable = /^\s*\[/.test(words);
  if (line !== undefined) {
    const [start, end] = line.node.range;
    return isTable ? cannotEdit('it was a table before') : spliced(document.text, { start, end, insert: words });
  }
  const [table, ...more] = tables;
  if (table !== undefined)
    return isTable && more.length === 0
      ? spliced(document.text, { ...tableRange(document, table), insert: words })
      : cannotEdit('it is spread over several tables');
  if (isTable) return append(document, words);
  const parent = path.slice(0, -1);
  const home = tablesOf(document).find(({ resolvedKey }) => samePath(resolvedKey, parent));
  return home === undefined ? cannotEdit('its table is not there any more') : insertLine(document, home, words);
}
