import { valueAt } from '@mcp-coordinator/core/configuration/json-pointer';
import { dialectOf } from '@mcp-coordinator/core/configuration/neutral';
import type { ConfigFile } from '../clients/client-files.ts';
import { type KeyedHash, stableText } from './keyed-hash.ts';

/**
 * Keyed hash of what a client reads of its servers: the sections that hold them and those that decide how they run. Layout,
 * comments and all other members may change without it. `nothing` when none of the sections is there.
 */
export function sectionHash(file: ConfigFile, value: unknown, keyedHash: KeyedHash): string {
  const paths = [...file.roots(value), ...dialectOf(file.client).companions];
  const sections = paths
    .map((path) => [path, valueAt(value, path)] as const)
    .filter(([, section]) => section !== undefined);
  return sections.length === 0 ? 'nothing' : keyedHash(stableText(sections));
}
