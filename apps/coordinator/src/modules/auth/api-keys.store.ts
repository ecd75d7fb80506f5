import type { ApiKey } from '@mcp-coordinator/contract/auth.contract';
import type { Page } from '@mcp-coordinator/contract/fields';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import type { ServerKind } from '@mcp-coordinator/contract/servers.contract';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { sql } from 'kysely';
import { cappedCount, decodeCursor, type PageRequest, pageOf } from '../../db/paging.ts';
import type { Db, Tx } from '../../db/schema.ts';

/** A key with whose it is, as the database has it; never its value, which nobody knows after it was made. */
export interface StoredKey {
  id: string;
  name: string;
  kind: ServerKind;
  serverId: string;
  ownerId: number;
  owner: string;
  ownerDisabled: boolean;
  /** Null for one that the coordinator made for a server of its own. */
  madeById: number | null;
  createdAt: Date;
  lastUsedAt: Date | null;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

const keys = (db: Db) =>
  db
    .selectFrom('api_keys')
    .innerJoin('users', 'users.id', 'api_keys.owner_id')
    .select([
      'api_keys.id',
      'api_keys.name',
      'api_keys.kind',
      'api_keys.server_id as serverId',
      'api_keys.owner_id as ownerId',
      'users.username as owner',
      'users.disabled as ownerDisabled',
      'api_keys.created_by as madeById',
      'api_keys.created_at as createdAt',
      'api_keys.last_used_at as lastUsedAt',
      'api_keys.expires_at as expiresAt',
      'api_keys.revoked_at as revokedAt',
    ]);

export const findKeyByHash = (db: Db, hash: string): Promise<StoredKey | undefined> =>
  keys(db).where('api_keys.key_hash', '=', hash).executeTakeFirst();
export const findKey = (db: Db, id: string): Promise<StoredKey | undefined> =>
  keys(db).where('api_keys.id', '=', id).executeTakeFirst();
export const lockKey = (tx: Tx, id: string): Promise<StoredKey | undefined> =>
  keys(tx).where('api_keys.id', '=', id).forUpdate('api_keys').executeTakeFirst();
export const lockLiveKeyByName = (tx: Tx, name: string): Promise<StoredKey | undefined> =>
  keys(tx)
    .where('api_keys.name', '=', name)
    .where('api_keys.revoked_at', 'is', null)
    .forUpdate('api_keys')
    .executeTakeFirst();

/** Whether a key of this name, revoked or not, is or was another machine's. */
export const wasAnothers = async (tx: Tx, { name, kind, serverId }: Pick<NewKey, 'name' | 'kind' | 'serverId'>) =>
  (await keys(tx)
    .where('api_keys.name', '=', name)
    .where((eb) => eb.or([eb('api_keys.server_id', '<>', serverId), eb('api_keys.kind', '<>', kind)]))
    .limit(1)
    .executeTakeFirst()) !== undefined;

/** Whether some key that is not revoked is bound to this server. */
export const hasLiveKey = async (tx: Tx, serverId: string): Promise<boolean> =>
  (await keys(tx)
    .where('api_keys.server_id', '=', serverId)
    .where('api_keys.revoked_at', 'is', null)
    .limit(1)
    .executeTakeFirst()) !== undefined;

export interface NewKey {
  id: string;
  name: string;
  kind: ServerKind;
  serverId: string;
  ownerId: number;
  madeById: number | null;
  hash: string;
  expiresAt: Date | null;
}

/** False when a live key has the name already. */
export async function insertKey(tx: Tx, key: NewKey, now: Date): Promise<boolean> {
  const row = await tx
    .insertInto('api_keys')
    .values({
      id: key.id,
      name: key.name,
      kind: key.kind,
      server_id: key.serverId,
      owner_id: key.ownerId,
      created_by: key.madeById,
      key_hash: key.hash,
      created_at: now,
      expires_at: key.expiresAt,
    })
    // The index is partial, so the conflict must name its condition.
    .onConflict((conflict) => conflict.column('name').where('revoked_at', 'is', null).doNothing())
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

export async function saveRevocation(tx: Tx, id: string, now: Date): Promise<void> {
  await tx
    .updateTable('api_keys')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .execute();
}

export async function touchKey(db: Db, id: string, now: Date): Promise<void> {
  await db
    .updateTable('api_keys')
    .set({ last_used_at: now })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', now)]))
    .execute();
}

/** Keys past their end that nobody has revoked yet, locked; a few at a time. */
export const lockExpiredKeys = (tx: Tx, now: Date): Promise<StoredKey[]> =>
  keys(tx)
    .where('api_keys.revoked_at', 'is', null)
    .where('api_keys.expires_at', '<=', now)
    .orderBy('api_keys.id')
    .limit(100)
    .forUpdate('api_keys')
    .execute();

/** Ids of keys that were revoked since, or whose owner is disabled: whoever holds a link of theirs must cut it. */
export async function endedKeyIds(db: Db, since: Date): Promise<string[]> {
  const rows = await keys(db)
    .where((eb) =>
      eb.or([
        eb('api_keys.revoked_at', '>=', since),
        eb.and([eb('users.disabled', '=', true), eb('api_keys.revoked_at', 'is', null)]),
      ]),
    )
    .execute();
  return rows.map((row) => row.id);
}

const toApiKey = ({ id, name, kind, serverId, owner, ...times }: StoredKey): ApiKey => ({
  ...{ id, name, kind, serverId, owner },
  createdAt: times.createdAt.toISOString(),
  lastUsedAt: times.lastUsedAt?.toISOString() ?? null,
  expiresAt: times.expiresAt?.toISOString() ?? null,
  revokedAt: times.revokedAt?.toISOString() ?? null,
});

/** Newest first, the revoked ones among them. */
export async function listKeys(
  db: Db,
  request: PageRequest,
): Promise<Result<Page & { rows: ApiKey[] }, Refusal<'invalid_request'>>> {
  const after = decodeCursor(request.cursor);
  if (!after.ok) return after;
  const keyset = after.value;
  if (keyset && !/^\w{1,64}$/.test(keyset.id))
    return deny(refuse('invalid_request', 'The cursor is not one of this list.'));
  let query = keys(db);
  if (keyset) query = query.where(sql<boolean>`(api_keys.created_at, api_keys.id) < (${keyset.at}, ${keyset.id})`);
  const rows = await query
    .orderBy('api_keys.created_at', 'desc')
    .orderBy('api_keys.id', 'desc')
    .limit(request.limit + 1)
    .offset(keyset ? 0 : (request.offset ?? 0))
    .execute();
  const counted = await cappedCount(db, db.selectFrom('api_keys').select('id'));
  const page = pageOf(rows, request, counted, (row) => ({ at: row.createdAt, id: row.id }));
  return accept({ ...page, rows: page.rows.map(toApiKey) });
}
