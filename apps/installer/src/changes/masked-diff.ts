import { maskRanges } from '@mcp-coordinator/core/configuration/mask';
import { classifyArgument } from '@mcp-coordinator/core/configuration/observe';
import { classifyValue, isSecret, maskText } from '@mcp-coordinator/core/configuration/secrets';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { ConfigDocument } from '../files/config-document.ts';
import { applySplices, type Splice } from '../files/splices.ts';

const CONTEXT_LINES = 3;

/** A unified diff with three lines of context and every secret masked; empty where nothing shows. */
export function maskedDiff(path: string, before: ConfigDocument, after: ConfigDocument, existed: boolean): string {
  const shown = shownRange(before.text, after.text);
  const old = masked(before, shown.start, before.text.length - shown.tail);
  const now = masked(after, shown.start, after.text.length - shown.tail);
  if (old === now) return '';
  return createTwoFilesPatch(existed ? path : '/dev/null', path, old, now, undefined, undefined, {
    context: CONTEXT_LINES,
    headerOptions: FILE_HEADERS_ONLY,
  });
}

/** Where two texts differ, with the lines around that a diff shows: in a large file only those are looked at value by value. */
function shownRange(one: string, other: string): { start: number; tail: number } {
  const most = Math.min(one.length, other.length);
  let head = 0;
  while (head < most && one[head] === other[head]) head++;
  let tail = 0;
  while (tail < most - head && one[one.length - 1 - tail] === other[other.length - 1 - tail]) tail++;
  let start = head;
  for (let line = 0; line <= CONTEXT_LINES && start > 0; line++) start = one.lastIndexOf('\n', start - 1);
  let end = one.length - tail;
  for (let line = 0; line <= CONTEXT_LINES && end >= 0; line++) end = one.indexOf('\n', end + 1);
  return { start: Math.max(start, 0), tail: end < 0 ? 0 : one.length - end };
}

/** Texts under a telling name, behind a telling flag, or secret by their own form; then whatever comments give away. */
function masked(document: ConfigDocument, from: number, to: number): string {
  const near = document.texts().filter(({ start, end }) => end >= from && start <= to);
  const splices = near.flatMap(({ key, before, value, start, end }): Splice[] => {
    const byArgument = classifyArgument(key, before, value);
    const seen = isSecret(byArgument) || key === '' ? byArgument : classifyValue(key, value);
    return isSecret(seen) ? [{ start, end, insert: JSON.stringify(maskRanges(value, seen.ranges)) }] : [];
  });
  return maskText(applySplices(document.text, splices));
}
