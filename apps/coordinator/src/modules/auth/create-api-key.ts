import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import type { ServerKind } from '@mcp-coordinator/contract/servers.contract';
import { keyExpired } from '@mcp-coordinator/core/auth/session-life';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db, Tx } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Person } from '../../http/caller.ts';
import { type Clock, type NewId, sha256Hex } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import { insertKey, wasAnothers } from './api-keys.store.ts';
import type { NewKeyValue } from './key-value.ts';
import { lockActiveOwner } from './users.store.ts';

export interface CreateKeyDeps {
  db: Db;
  clock: Clock;
  newId: NewId;
  newKeyValue: NewKeyValue;
  recordAudit: RecordAudit;
}

export interface CreateKeyRequest {
  readonly caller: Person;
  readonly name: string;
  readonly kind: ServerKind;
  readonly serverId: string;
  readonly owner?: string | undefined;
  readonly expiresAt?: string | undefined;
  readonly requestId: string;
}

type CreateKeyRefusal = Refusal<'name_taken' | 'not_found' | 'invalid_request'>;

const EXPIRED_AT_BIRTH = refuse('invalid_request', 'expiresAt lies in the past; no key was made.', {
  errors: [{ path: '/expiresAt', message: 'lies in the past' }],
});

/** Makes a machine key; its value is in the answer and nowhere else. */
export function createApiKey(
  deps: CreateKeyDeps,
  request: CreateKeyRequest,
): Promise<Result<{ id: string; key: string }, CreateKeyRefusal>> {
  return transact<{ id: string; key: string }, CreateKeyRefusal>(deps.db, async (tx) => {
    const expiresAt = request.expiresAt === undefined ? null : new Date(request.expiresAt);
    if (keyExpired(expiresAt, deps.clock())) return deny(EXPIRED_AT_BIRTH);
    const username = request.owner ?? request.caller.username;
    const owner = await lockActiveOwner(tx, username);
    if (!owner) return deny(refuse('not_found', `There is no active account named ${username}; no key was made.`));
    // Its name is who it is: in the audit log, and in what a key may see as its own.
    if (await wasAnothers(tx, request))
      return deny(
        refuse(
          'name_taken',
          `A key named ${request.name} is, or was, another server's; no key was made. Choose another name.`,
        ),
      );
    const made = await makeKey(deps, tx, {
      ...{ name: request.name, kind: request.kind, serverId: request.serverId, expiresAt },
      owner: { id: owner.id, username },
      actor: request.caller.actor,
      madeById: request.caller.userId,
      requestId: request.requestId,
    });
    return made ? accept(made) : deny(refuse('name_taken', `A key named ${request.name} is in use; no key was made.`));
  });
}

export interface KeyWish {
  readonly name: string;
  readonly kind: ServerKind;
  readonly serverId: string;
  readonly expiresAt: Date | null;
  readonly owner: { readonly id: number; readonly username: string };
  readonly actor: string;
  /** The person who learns its value; null where nobody does. */
  readonly madeById: number | null;
  readonly requestId: string | null;
}

/** Nothing when a live key has the name. */
export async function makeKey(
  deps: CreateKeyDeps,
  tx: Tx,
  wish: KeyWish,
): Promise<{ id: string; key: string } | undefined> {
  const [id, key] = [deps.newId('key'), deps.newKeyValue()];
  const { name, kind, serverId, owner, madeById, expiresAt } = wish;
  const row = { id, name, kind, serverId, expiresAt, ownerId: owner.id, madeById, hash: sha256Hex(key) };
  if (!(await insertKey(tx, row, deps.clock()))) return undefined;
  await deps.recordAudit(tx, {
    action: 'api_key_created',
    actor: wish.actor,
    target: `key:${name}`,
    details: {
      ...{ keyId: id, kind, serverId, owner: owner.username },
      ...(expiresAt ? { expiresAt: expiresAt.toISOString() } : {}),
    },
    requestId: wish.requestId,
  });
  return { id, key };
}
