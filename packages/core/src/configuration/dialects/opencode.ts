import { asEntry } from '../entry-fields.ts';
import { localRemoteDialect } from './local-remote.ts';

const V1_ROOT = ['mcp'];
const V2_ROOT = ['mcp', 'servers'];

const isTyped = (entry: unknown): boolean => ['local', 'remote'].includes(String(asEntry(entry)['type']));

/** The newer form keeps its servers one level deeper; a server that happens to be named `servers` says its type. */
function isV2(document: unknown): boolean {
  const mcp = asEntry(asEntry(document)['mcp']);
  if (Object.hasOwn(mcp, 'servers') && !isTyped(mcp['servers'])) return true;
  return !Object.values(mcp).some(isTyped);
}

/** Where an opencode file keeps its servers: as it does already, and in the newer form where it has none yet. */
export const opencodeRoots = (document: unknown): readonly (readonly string[])[] => [
  isV2(document) ? V2_ROOT : V1_ROOT,
];

/** opencode: the older form has `enabled`, the newer `disabled`. */
export const opencode = localRemoteDialect({
  client: 'opencode',
  root: V2_ROOT,
  switchMember: (document) => (isV2(document) ? 'disabled' : 'enabled'),
  overlooked: ['env', 'args', 'alwaysAllow'],
});
