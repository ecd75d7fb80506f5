import { sql } from 'kysely';
import type { Logger } from 'pino';
import type { Clock } from '../runtime.ts';
import type { Db } from './schema.ts';

/** How often the database is asked for the time. */
const ASK_EVERY_MS = 5_000;
/** An answer that took much longer than the best one says less than what is known. */
const SLOWER_MAX = 4;
/** Past this age what is known has drifted, and any answer is better. */
const KEPT_MS = 60_000;

interface Reading {
  /** By the database, at `monotonicMs` of this process. */
  atMs: number;
  monotonicMs: number;
  roundTripMs: number;
}

/**
 * The database's time, without asking it each time: every lease and expiry of every instance goes by one clock, and a host
 * that is ten minutes off, or whose clock is set while we run, changes nothing. It runs on by the process's own steady clock.
 */
export async function followDatabaseClock(
  db: Db,
  log: Pick<Logger, 'warn'>,
  monotonic: () => number = () => performance.now(),
): Promise<{ clock: Clock; stop: () => void }> {
  const read = async (): Promise<Reading> => {
    const before = monotonic();
    const { rows } = await sql<{ ms: string }>`
      select (extract(epoch from clock_timestamp()) * 1000)::text as ms`.execute(db);
    const after = monotonic();
    return { atMs: Number(rows[0]?.ms), monotonicMs: (before + after) / 2, roundTripMs: after - before };
  };
  let known = await read();
  let failing = false;
  const ask = async (): Promise<void> => {
    try {
      const next = await read();
      failing = false;
      const old = monotonic() - known.monotonicMs > KEPT_MS;
      if (old || next.roundTripMs <= known.roundTripMs * SLOWER_MAX) known = next;
    } catch (error) {
      if (!failing) log.warn({ err: error }, 'the database was not asked for the time; the clock runs on by itself');
      failing = true;
    }
  };
  const timer = setInterval(() => void ask(), ASK_EVERY_MS);
  timer.unref();
  return {
    clock: () => new Date(Math.round(known.atMs + monotonic() - known.monotonicMs)),
    stop: () => clearInterval(timer),
  };
}
