import type { Node } from 'jsonc-parser';
import { type JsoncDocument, type Member, members, objectAt } from './jsonc-document.ts';
import { layoutOf, lineIndent, lineStart, ownIndent, printValue } from './layout.ts';
import { applySplices, type Edited, type Splice } from './splices.ts';

/** Adds `key` as the first member of the object at `path`, making the objects on the way that are missing. */
export function insertMember(document: JsoncDocument, path: readonly string[], key: string, value: unknown): Edited {
  const { text, tree } = document;
  if (tree === null) return { ok: true, text: newDocument(document, path, key, value) };
  const { node, missing } = deepestObject(tree, path);
  if (node === undefined)
    return { ok: false, reason: `what stands at ${path.join('.') || 'the top'} is not an object` };
  const [first = key, ...rest] = [...missing, key];
  const nested = rest.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
  return { ok: true, text: applySplices(text, [firstMember(document, node, `${JSON.stringify(first)}:`, nested)]) };
}

/** Puts back a member in the very words it had, as the first of the object at `path`. */
export function insertRaw(document: JsoncDocument, path: readonly string[], raw: string): Edited {
  const node = document.tree === null ? undefined : objectAt(document.tree, path);
  if (node === undefined || node === null)
    return { ok: false, reason: `there is no object at ${path.join('.')} any more` };
  const indent = ownIndent(document.text, members(node)[0]?.start ?? node.offset) ?? '';
  const splice = isOneLine(document, node)
    ? { lead: '', tail: '' }
    : { lead: layoutOf(document.text, document.tree).eol + indent, tail: '' };
  const comma = members(node).length > 0 ? ',' : '';
  const at = node.offset + 1;
  return {
    ok: true,
    text: applySplices(document.text, [{ start: at, end: at, insert: splice.lead + raw + comma + splice.tail }]),
  };
}

/** Replaces the value of a member that is there. */
export function replaceValue(document: JsoncDocument, path: readonly string[], key: string, value: unknown): Edited {
  const member = findMember(document, path, key);
  if (member === undefined) return { ok: false, reason: `${key} is not at ${path.join('.')}` };
  const layout = layoutOf(document.text, document.tree);
  const holder = document.tree === null ? undefined : objectAt(document.tree, path);
  const oneLine = holder === undefined || holder === null || isOneLine(document, holder);
  const printed = oneLine ? JSON.stringify(value) : printValue(value, lineIndent(document.text, member.start), layout);
  return {
    ok: true,
    text: applySplices(document.text, [{ start: member.value.offset, end: member.end, insert: printed }]),
  };
}

export function findMember(document: JsoncDocument, path: readonly string[], key: string): Member | undefined {
  const node = document.tree === null ? undefined : objectAt(document.tree, path);
  return node ? members(node).find((member) => member.key === key) : undefined;
}

function newDocument({ text }: JsoncDocument, path: readonly string[], key: string, value: unknown): string {
  const nested = [...path, key].reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
  const layout = layoutOf(text, null);
  // What blank text there was (a byte order mark, an empty line) stays in front.
  return `${text}${printValue(nested, '', layout)}${layout.eol}`;
}

function deepestObject(tree: Node, path: readonly string[]): { node: Node | undefined; missing: string[] } {
  for (let length = path.length; length >= 0; length--) {
    const node = objectAt(tree, path.slice(0, length));
    if (node !== null) return { node, missing: path.slice(length) };
  }
  return { node: undefined, missing: [...path] };
}

const isOneLine = ({ text }: JsoncDocument, node: Node): boolean =>
  !text.slice(node.offset, node.offset + node.length).includes('\n');

/** One contiguous text right after `{`: the form that property tests found to leave all else alone. */
function firstMember(document: JsoncDocument, node: Node, name: string, value: unknown): Splice {
  const { text } = document;
  const layout = layoutOf(text, document.tree);
  const at = node.offset + 1;
  const [next] = members(node);
  if (next !== undefined && isOneLine(document, node)) {
    const gap = /^[ \t]*/.exec(text.slice(at))?.[0] ?? '';
    return { start: at, end: at, insert: `${gap}${name} ${JSON.stringify(value)},` };
  }
  const outer = lineIndent(text, node.offset);
  const indent = (next === undefined ? undefined : ownIndent(text, next.start)) ?? outer + layout.unit;
  const lines = `${layout.eol}${indent}${name} ${printValue(value, indent, layout)}`;
  if (next !== undefined) return { start: at, end: at, insert: `${lines},` };
  const closesOnLine = text[node.offset + node.length - 1] === '}' && isOneLine(document, node);
  return { start: at, end: at, insert: closesOnLine ? `${lines}${layout.eol}${outer}` : lines };
}

/** The range of a member with one comma, and with its line where nothing else stands on it. */
function removalOf(document: JsoncDocument, path: readonly string[], key: string): readonly Splice[] | undefined {
  const node = document.tree === null ? undefined : objectAt(document.tree, path);
  const all = node ? members(node) : [];
  const index = all.findIndex((member) => member.key === key);
  const member = all[index];
  if (member === undefined) return undefined;
  const { text } = document;
  const after = nextComma(text, member.end);
  const opening = (node?.offset ?? 0) + 1;
  if (index === 0 && text.slice(opening, member.start).trim() === '') {
    // As the insertion of a first member put it there, a comment on the brace's line included.
    if (after !== undefined) return [{ start: opening, end: after + 1, insert: '' }];
    const closing = (node?.offset ?? 0) + (node?.length ?? 0) - 1;
    if (text.slice(member.end, closing).trim() === '') return [{ start: opening, end: closing, insert: '' }];
  }
  if (after !== undefined) return [wholeLines(text, member.start, after + 1)];
  const before = all[index - 1];
  const comma = before === undefined ? undefined : nextComma(text, before.end);
  const own = wholeLines(text, member.start, member.end);
  return comma === undefined ? [own] : [{ start: comma, end: comma + 1, insert: '' }, own];
}

/** The comma after a value, past white space and comments. */
function nextComma(text: string, from: number): number | undefined {
  let at = from;
  for (;;) {
    const skipped = /^(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)/.exec(text.slice(at, at + 65_536))?.[0];
    if (skipped === undefined) return text[at] === ',' ? at : undefined;
    at += skipped.length;
  }
}

function wholeLines(text: string, start: number, end: number): Splice {
  const from = lineStart(text, start);
  const tail = /^[ \t]*(\r?\n)/.exec(text.slice(end, end + 4096))?.[0];
  const alone = /^[ \t]*$/.test(text.slice(from, start));
  return alone && tail !== undefined ? { start: from, end: end + tail.length, insert: '' } : { start, end, insert: '' };
}

/** Removes a member and nothing else; comments around it stay. */
export function removeMember(document: JsoncDocument, path: readonly string[], key: string): Edited {
  const splices = removalOf(document, path, key);
  if (splices === undefined) return { ok: false, reason: `${key} is not at ${path.join('.')}` };
  return { ok: true, text: applySplices(document.text, splices) };
}
