import { maskRanges } from '@mcp-coordinator/core/configuration/mask';
import { classifyArgument } from '@mcp-coordinator/core/configuration/observe';
import { classifyValue, isSecret, maskText } from '@mcp-coordinator/core/configuration/secrets';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { Node } from 'jsonc-parser';
import { members, parseJsonc } from '../files/jsonc-document.ts';
import { applySplices, type Splice } from '../files/jsonc-edit.ts';

/** A unified diff with three lines of context and every secret masked; empty where nothing shows. */
export function maskedDiff(path: string, before: string, after: string, existed: boolean): string {
  const [old, now] = [maskFile(before), maskFile(after)];
  if (old === now) return '';
  return createTwoFilesPatch(existed ? path : '/dev/null', path, old, now, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}

/** Texts under a telling name, behind a telling flag, or secret by their own form; then whatever comments give away. */
function maskFile(text: string): string {
  const parsed = parseJsonc(text);
  if (!parsed.ok || parsed.document.tree === null) return maskText(text);
  const splices: Splice[] = [];
  collect(parsed.document.tree, '', '', splices);
  return maskText(applySplices(text, splices));
}

function collect(node: Node, key: string, before: string, splices: Splice[]): void {
  if (node.type === 'object') {
    for (const member of members(node)) collect(member.value, member.key, '', splices);
  } else if (node.type === 'array') {
    const items = node.children ?? [];
    for (const [index, item] of items.entries()) collect(item, '', textOf(items[index - 1]), splices);
  } else if (node.type === 'string') {
    const value = String(node.value);
    const byArgument = classifyArgument(key, before, value);
    const seen = isSecret(byArgument) || key === '' ? byArgument : classifyValue(key, value);
    if (isSecret(seen))
      splices.push({
        start: node.offset,
        end: node.offset + node.length,
        insert: JSON.stringify(maskRanges(value, seen.ranges)),
      });
  }
}

const textOf = (node: Node | undefined): string => (node?.type === 'string' ? String(node.value) : '');
