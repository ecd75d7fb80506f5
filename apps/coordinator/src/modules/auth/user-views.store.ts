import type { User } from '@mcp-coordinator/contract/auth.contract';
import type { Page } from '@mcp-coordinator/contract/fields';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { sql } from 'kysely';
import { cappedCount, decodeCursor, type PageRequest, pageOf } from '../../db/paging.ts';
import type { Db } from '../../db/schema.ts';

const people = (db: Db) =>
  db
    .selectFrom('users')
    .leftJoin('users as creator', 'creator.id', 'users.created_by')
    .select([
      'users.id',
      'users.username',
      'users.role',
      'users.disabled',
      'users.created_at as createdAt',
      'creator.username as createdBy',
      'users.last_login_at as lastLoginAt',
    ]);
type PersonRow = Awaited<ReturnType<ReturnType<typeof people>['executeTakeFirstOrThrow']>>;

const toUser = (row: PersonRow): User => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  lastLoginAt: row.lastLoginAt?.toISOString() ?? null,
});

export async function readUser(db: Db, id: number): Promise<User> {
  return toUser(await people(db).where('users.id', '=', id).executeTakeFirstOrThrow());
}

/** Newest first. */
export async function listUsers(
  db: Db,
  request: PageRequest,
): Promise<Result<Page & { rows: User[] }, Refusal<'invalid_request'>>> {
  const after = decodeCursor(request.cursor);
  if (!after.ok) return after;
  const keyset = after.value;
  if (keyset && !/^\d{1,9}$/.test(keyset.id))
    return deny(refuse('invalid_request', 'The cursor is not one of this list.'));
  let query = people(db);
  if (keyset) {
    query = query.where(sql<boolean>`(users.created_at, users.id) < (${keyset.at}, ${Number(keyset.id)})`);
  }
  const rows = await query
    .orderBy('users.created_at', 'desc')
    .orderBy('users.id', 'desc')
    .limit(request.limit + 1)
    .offset(keyset ? 0 : (request.offset ?? 0))
    .execute();
  const counted = await cappedCount(db, db.selectFrom('users').select('id'));
  const page = pageOf(rows, request, counted, (row) => ({ at: row.createdAt, id: String(row.id) }));
  return accept({ ...page, rows: page.rows.map(toUser) });
}
