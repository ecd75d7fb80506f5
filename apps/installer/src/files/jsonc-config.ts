import type { Node } from 'jsonc-parser';
import { type ConfigDocument, JSONC, type ParsedConfig, type TextValue } from './config-document.ts';
import { type JsoncDocument, members, parseJsonc } from './jsonc-document.ts';
import { findMember, insertMember, insertRaw, removeMember, replaceValue } from './jsonc-edit.ts';
import { cannotEdit, spliced } from './splices.ts';

/** A file of JSON with comments and trailing commas. */
export function openJsonc(text: string): ParsedConfig {
  const parsed = parseJsonc(text);
  return parsed.ok ? { ok: true, document: documentOf(parsed.document) } : parsed;
}

const split = (path: readonly string[]): [readonly string[], string] => [path.slice(0, -1), path.at(-1) ?? ''];

function documentOf(jsonc: JsoncDocument): ConfigDocument {
  const find = (path: readonly string[]) => findMember(jsonc, ...split(path));
  return {
    format: JSONC,
    text: jsonc.text,
    value: jsonc.value,
    set: (path, value) =>
      find(path) === undefined
        ? insertMember(jsonc, ...split(path), value)
        : replaceValue(jsonc, ...split(path), value),
    remove: (path) => removeMember(jsonc, ...split(path)),
    words(path) {
      const member = find(path);
      return member === undefined ? undefined : jsonc.text.slice(member.start, member.end);
    },
    putBack(path, words) {
      const member = find(path);
      if (member !== undefined) return spliced(jsonc.text, { start: member.start, end: member.end, insert: words });
      return jsonc.tree === null
        ? cannotEdit('the file holds nothing any more')
        : insertRaw(jsonc, split(path)[0], words);
    },
    locate: (path) => path,
    texts() {
      const found: TextValue[] = [];
      if (jsonc.tree !== null) collect(jsonc.tree, '', '', found);
      return found;
    },
  };
}

function collect(node: Node, key: string, before: string, found: TextValue[]): void {
  if (node.type === 'object') {
    for (const member of members(node)) collect(member.value, member.key, '', found);
  } else if (node.type === 'array') {
    const items = node.children ?? [];
    for (const [index, item] of items.entries()) collect(item, '', textOf(items[index - 1]), found);
  } else if (node.type === 'string') {
    found.push({ key, before, value: String(node.value), start: node.offset, end: node.offset + node.length });
  }
}

const textOf = (node: Node | undefined): string => (node?.type === 'string' ? String(node.value) : '');
