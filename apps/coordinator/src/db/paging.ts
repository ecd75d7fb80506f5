import type { Page } from '@mcp-coordinator/contract/fields';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { sql } from 'kysely';
import type { Db } from './schema.ts';

export interface PageRequest {
  limit: number;
  offset?: number | undefined;
  cursor?: string | undefined;
}

/** Where a page begins: after this row, in the order newest first. */
export interface Keyset {
  at: Date;
  id: string;
}

/** Past this the count is a lower bound: an exact one costs more than the page. */
const COUNT_EXACT_MAX = 10_000;

const encodeCursor = (last: Keyset): string =>
  Buffer.from(JSON.stringify([last.at.toISOString(), last.id])).toString('base64url');

export function decodeCursor(cursor: string | undefined): Result<Keyset | undefined, Refusal<'invalid_request'>> {
  if (cursor === undefined) return accept(undefined);
  try {
    const [at, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [unknown, unknown];
    const time = new Date(String(at));
    // PostgreSQL knows no year beyond these; nothing of ours is older or newer.
    const year = time.getUTCFullYear();
    const known = typeof id === 'string' && id.isWellFormed() && !id.includes('\u0000');
    if (known && year >= 1970 && year < 10_000) return accept({ at: time, id });
  } catch {
    // Falls through: whatever it was, it is none of our cursors.
  }
  const message = 'is not a cursor that this server gave out; start again without one';
  return deny(refuse('invalid_request', `The cursor ${message}.`, { errors: [{ path: '/query/cursor', message }] }));
}

/** Counts at most one row past the limit, so that a huge table costs no more than a large one. */
export async function cappedCount(
  db: Db,
  rows: { compile(): { sql: string; parameters: readonly unknown[] } },
): Promise<number> {
  const { sql: text, parameters } = rows.compile();
  const pieces = text.split(/\$\d+/);
  const inner = sql.join(
    pieces.flatMap((piece, index) =>
      index < parameters.length ? [sql.raw(piece), sql.val(parameters[index])] : [sql.raw(piece)],
    ),
    sql.raw(''),
  );
  const counted = await sql<{
    n: string;
  }>`select count(*) as n from (${inner} limit ${COUNT_EXACT_MAX + 1}) as counted`.execute(db);
  return Number(counted.rows[0]?.n ?? 0);
}

/** The page fields of an answer; `rows` was asked for with one row more than the limit, to know whether another page follows. */
export function pageOf<Row>(
  rows: readonly Row[],
  request: PageRequest,
  counted: number,
  keyset: (row: Row) => Keyset,
): Page & { rows: Row[] } {
  const shown = rows.slice(0, request.limit);
  const last = shown.at(-1);
  return {
    rows: shown,
    total: Math.min(counted, COUNT_EXACT_MAX),
    totalRelation: counted > COUNT_EXACT_MAX ? 'gte' : 'eq',
    page: Math.floor((request.offset ?? 0) / request.limit) + 1,
    pageSize: request.limit,
    nextCursor: rows.length > request.limit && last ? encodeCursor(keyset(last)) : null,
  };
}
