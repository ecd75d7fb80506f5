import type { ServerKind } from '@mcp-coordinator/contract/servers.contract';
import { accept } from '@mcp-coordinator/core/result';
import { transact } from '../../db/transaction.ts';
import { hasLiveKey, lockLiveKeyByName } from './api-keys.store.ts';
import { type CreateKeyDeps, makeKey } from './create-api-key.ts';
import { type RevokeKeyDeps, saveKeyRevoked } from './revoke-api-key.ts';
import { firstAdmin, lockSeeding } from './users.store.ts';

export interface LocalKeyRequest {
  /** `local:…`: one name for each child of this coordinator. */
  readonly name: string;
  readonly kind: ServerKind;
  readonly serverId: string;
  /** Tells this coordinator's place from those of others on the same database; none where it is alone. */
  readonly place: string | null;
}
export interface LocalKey {
  key: string;
  /** The one that was asked for, or one of this place where another place has that. */
  serverId: string;
}

/**
 * A key for a server that the coordinator starts itself. Values are never stored, so that each start makes a new one and
 * revokes the former of that name. Several coordinators have a name each, and a server of its own.
 */
export async function provisionLocalKey(
  deps: CreateKeyDeps & RevokeKeyDeps,
  { name, kind, serverId, place }: LocalKeyRequest,
): Promise<LocalKey> {
  const made = await transact<LocalKey, never>(deps.db, async (tx) => {
    await lockSeeding(tx);
    const owner = await firstAdmin(tx);
    if (!owner) throw new Error('a local key needs an active admin as its owner; seed the first admin before');
    const ownName = place === null ? name : `${name}:${place}`;
    // A database that was used by one coordinator alone has the name without a place: whoever comes first goes on with it.
    const former = (await lockLiveKeyByName(tx, ownName)) ?? (await lockLiveKeyByName(tx, name));
    if (former) await saveKeyRevoked(deps, tx, former, 'system', null);
    const taken = place !== null && (await hasLiveKey(tx, serverId));
    const ownId = former?.serverId ?? (taken ? `${serverId}-${place}` : serverId);
    const key = await makeKey(deps, tx, {
      name: ownName,
      kind,
      serverId: ownId,
      expiresAt: null,
      owner,
      madeById: null,
      actor: 'system',
      requestId: null,
    });
    if (!key) throw new Error(`the name ${ownName} was taken while its key was made`);
    return accept({ key: key.key, serverId: ownId });
  });
  deps.signal.raise();
  if (!made.ok) throw new Error('a transaction without refusals was refused');
  return made.value;
}
