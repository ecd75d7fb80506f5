import type { Role } from '@mcp-coordinator/contract/permissions';
import { USER_AGENT_LENGTH_MAX } from '@mcp-coordinator/contract/sessions.contract';
import type { SessionEndReason } from '@mcp-coordinator/core/auth/decide-user-update';
import type { SessionTimes } from '@mcp-coordinator/core/auth/session-life';
import type { RefreshChain } from '@mcp-coordinator/core/auth/session-rotation';
import type { Db, Tx } from '../../db/schema.ts';

/** A session with whose it is, as the database has it. */
export interface StoredSession extends SessionTimes {
  id: string;
  userId: number;
  username: string;
  role: Role;
  disabled: boolean;
  /** Writable: noted when it is touched. */
  lastSeenAt: Date;
}

const sessions = (db: Db) =>
  db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select([
      'sessions.id',
      'sessions.user_id as userId',
      'sessions.created_at as createdAt',
      'sessions.last_seen_at as lastSeenAt',
      'sessions.ended_at as endedAt',
      'users.username',
      'users.role',
      'users.disabled',
    ]);

export const findSession = (db: Db, id: string): Promise<StoredSession | undefined> =>
  sessions(db).where('sessions.id', '=', id).executeTakeFirst();

export const lockSession = (tx: Tx, id: string): Promise<(StoredSession & RefreshChain) | undefined> =>
  sessions(tx)
    .select([
      'sessions.refresh_id as current',
      'sessions.previous_refresh_id as previous',
      'sessions.rotated_at as rotatedAt',
    ])
    .where('sessions.id', '=', id)
    .forUpdate('sessions')
    .executeTakeFirst();

/** The next link of the chain: what was current can only be refreshed for a moment more. */
export async function rotateSession(tx: Tx, session: { id: string; current: string | null }, next: string, now: Date) {
  await tx
    .updateTable('sessions')
    .set({ refresh_id: next, previous_refresh_id: session.current, rotated_at: now })
    .where('id', '=', session.id)
    .execute();
}

export async function insertSession(
  tx: Tx,
  { id, userId, refreshId, address, userAgent }: { id: string; userId: number; refreshId: string } & StoredOrigin,
  now: Date,
): Promise<void> {
  await tx
    .insertInto('sessions')
    .values({
      id,
      user_id: userId,
      refresh_id: refreshId,
      created_at: now,
      last_seen_at: now,
      address,
      user_agent: userAgent === null ? null : Array.from(userAgent).slice(0, USER_AGENT_LENGTH_MAX).join(''),
    })
    .execute();
}

export interface StoredOrigin {
  readonly address: string | null;
  readonly userAgent: string | null;
}

export const originOfSession = (tx: Tx, id: string): Promise<StoredOrigin> =>
  tx
    .selectFrom('sessions')
    .select(['address', 'user_agent as userAgent'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();

export type OwnSession = StoredOrigin & SessionTimes & { readonly id: string };

/** A person's sessions that nothing has ended, the latest used first; some may be too old to be live. */
export const openSessionsOf = (db: Db, userId: number): Promise<OwnSession[]> =>
  db
    .selectFrom('sessions')
    .select([
      'id',
      'created_at as createdAt',
      'last_seen_at as lastSeenAt',
      'ended_at as endedAt',
      'address',
      'user_agent as userAgent',
    ])
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .orderBy('last_seen_at', 'desc')
    .orderBy('id')
    .execute();

export async function touchSession(db: Db, id: string, now: Date): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ last_seen_at: now })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .where('last_seen_at', '<', now)
    .execute();
}

/** One session, all of a person's, one if it is that person's, or all but one. */
export type SessionChoice =
  | { id: string; userId?: never; except?: never }
  | { userId: number; id?: string; except?: string };

/** Ends the sessions that are open of these, and answers how many there were. */
export async function endSessions(tx: Tx, which: SessionChoice, reason: SessionEndReason, now: Date): Promise<number> {
  const open = tx.updateTable('sessions').set({ ended_at: now, end_reason: reason }).where('ended_at', 'is', null);
  const chosen = open
    .$if(which.userId !== undefined, (query) => query.where('user_id', '=', which.userId ?? 0))
    .$if(which.id !== undefined, (query) => query.where('id', '=', which.id ?? ''))
    .$if(which.except !== undefined, (query) => query.where('id', '<>', which.except ?? ''));
  return Number((await chosen.executeTakeFirst()).numUpdatedRows);
}

export async function endAllSessions(tx: Tx, reason: SessionEndReason, now: Date): Promise<number> {
  const ended = await tx
    .updateTable('sessions')
    .set({ ended_at: now, end_reason: reason })
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return Number(ended.numUpdatedRows);
}

/** Sessions that cannot live any more since before this time. */
export async function deleteSessionsBefore(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('sessions').where('created_at', '<', before).execute();
}
