import type { AssessedServer } from '@mcp-coordinator/contract/mcp.contract';
import { installerOfKey } from '../assessment/installer-of-key.ts';

/**
 * The name under which pins and waivers are kept. A key turns from the bare name into a longer one when a namesake appears;
 * the place where an entry stands does not.
 */
export function identityOf({
  key,
  snapshot,
  installerId,
}: Pick<AssessedServer, 'key' | 'snapshot' | 'installerId'>): string {
  if (snapshot === null) return key;
  const { client, scope, path, name } = snapshot;
  return JSON.stringify([installerId ?? installerOfKey(key, snapshot) ?? null, client, scope, path, name]);
}
