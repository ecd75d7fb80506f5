import type { ServerKind } from '@mcp-coordinator/contract/servers.contract';
import { accept } from '@mcp-coordinator/core/result';
import { transact } from '../../db/transaction.ts';
import { lockLiveKeyByName } from './api-keys.store.ts';
import { type CreateKeyDeps, makeKey } from './create-api-key.ts';
import { type RevokeKeyDeps, saveKeyRevoked } from './revoke-api-key.ts';
import { firstAdmin, lockSeeding } from './users.store.ts';

export interface LocalKeyRequest {
  /** `local:…`: one name for each child of this coordinator. */
  readonly name: string;
  readonly kind: ServerKind;
  readonly serverId: string;
}

/**
 * A key for a server that the coordinator starts itself. Values are never stored, so that each start makes a new one and
 * revokes the former of that name.
 */
export async function provisionLocalKey(
  deps: CreateKeyDeps & RevokeKeyDeps,
  { name, kind, serverId }: LocalKeyRequest,
): Promise<string> {
  const made = await transact<string, never>(deps.db, async (tx) => {
    await lockSeeding(tx);
    const owner = await firstAdmin(tx);
    if (!owner) throw new Error('a local key needs an active admin as its owner; seed the first admin before');
    const former = await lockLiveKeyByName(tx, name);
    if (former) await saveKeyRevoked(deps, tx, former, 'system', null);
    const key = await makeKey(deps, tx, {
      name,
      kind,
      serverId,
      expiresAt: null,
      owner,
      actor: 'system',
      madeById: null,
      requestId: null,
    });
    if (!key) throw new Error(`the name ${name} was taken while its key was made`);
    return accept(key.key);
  });
  deps.signal.raise();
  if (!made.ok) throw new Error('a transaction without refusals was refused');
  return made.value;
}
