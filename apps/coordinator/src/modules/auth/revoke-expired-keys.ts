import { accept } from '@mcp-coordinator/core/result';
import { transact } from '../../db/transaction.ts';
import { lockExpiredKeys } from './api-keys.store.ts';
import { type RevokeKeyDeps, saveKeyRevoked } from './revoke-api-key.ts';

/** An expired key is refused at once; this cuts the link it still holds, frees its name, and leaves the record. */
export async function revokeExpiredKeys(deps: RevokeKeyDeps): Promise<void> {
  const revoked = await transact<number, never>(deps.db, async (tx) => {
    const expired = await lockExpiredKeys(tx, deps.clock());
    for (const key of expired) await saveKeyRevoked(deps, tx, key, 'system', null, 'expired');
    return accept(expired.length);
  });
  if (revoked.ok && revoked.value > 0) deps.signal.raise();
}
