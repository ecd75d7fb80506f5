import { maskRanges } from '@mcp-coordinator/core/configuration/mask';
import { classifyArgument } from '@mcp-coordinator/core/configuration/observe';
import { classifyValue, isSecret, maskText } from '@mcp-coordinator/core/configuration/secrets';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { ConfigFile } from '../clients/client-files.ts';
import type { FileFormat } from '../files/config-document.ts';
import { parseConfig } from '../files/parse-config.ts';
import { applySplices, type Splice } from '../files/splices.ts';

/** A unified diff with three lines of context and every secret masked; empty where nothing shows. */
export function maskedDiff(
  { path, format }: Pick<ConfigFile, 'path' | 'format'>,
  before: string,
  after: string,
  existed: boolean,
): string {
  const [old, now] = [maskFile(before, format), maskFile(after, format)];
  if (old === now) return '';
  return createTwoFilesPatch(existed ? path : '/dev/null', path, old, now, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}

/** Texts under a telling name, behind a telling flag, or secret by their own form; then whatever comments give away. */
function maskFile(text: string, format: FileFormat): string {
  const parsed = parseConfig(text, format);
  if (!parsed.ok) return maskText(text);
  const splices = parsed.document.texts().flatMap(({ key, before, value, start, end }): Splice[] => {
    const byArgument = classifyArgument(key, before, value);
    const seen = isSecret(byArgument) || key === '' ? byArgument : classifyValue(key, value);
    return isSecret(seen) ? [{ start, end, insert: JSON.stringify(maskRanges(value, seen.ranges)) }] : [];
  });
  return maskText(applySplices(text, splices));
}
