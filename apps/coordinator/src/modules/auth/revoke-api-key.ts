import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db, Tx } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Person } from '../../http/caller.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import { lockKey, type StoredKey, saveRevocation } from './api-keys.store.ts';
import type { CredentialSignal } from './credential-signal.ts';

export interface RevokeKeyDeps {
  db: Db;
  clock: Clock;
  recordAudit: RecordAudit;
  publishEvent: PublishEvent;
  signal: CredentialSignal;
}

/** Revokes a key, and so cuts the link it holds. One that is revoked already stays as it is. */
export async function revokeApiKey(
  deps: RevokeKeyDeps,
  caller: Person,
  id: string,
  requestId: string,
): Promise<Result<undefined, Refusal<'not_found'>>> {
  const revoked = await transact<undefined, Refusal<'not_found'>>(deps.db, async (tx) => {
    const key = await lockKey(tx, id);
    if (!key) return deny(refuse('not_found', 'There is no API key with this id.'));
    if (!key.revokedAt) await saveKeyRevoked(deps, tx, key, caller.actor, requestId);
    return accept(undefined);
  });
  if (revoked.ok) deps.signal.raise();
  return revoked;
}

/** For a live key that the transaction has locked. */
export async function saveKeyRevoked(
  deps: RevokeKeyDeps,
  tx: Tx,
  key: StoredKey,
  actor: string,
  requestId: string | null,
  reason?: 'expired',
): Promise<void> {
  const { id, name, kind, serverId } = key;
  await saveRevocation(tx, id, deps.clock());
  await deps.recordAudit(tx, {
    action: 'api_key_revoked',
    actor,
    target: `key:${name}`,
    details: { keyId: id, kind, serverId, ...(reason ? { reason } : {}) },
    requestId,
  });
  await deps.publishEvent(tx, {
    channel: 'servers',
    event: 'api_key.revoked',
    data: { keyId: id, name, kind, serverId },
  });
  await deps.signal.send(tx, id);
}
