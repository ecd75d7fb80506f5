import { sql } from 'kysely';
import type { Logger } from 'pino';
import type { Db } from '../../db/schema.ts';

/** Called with what other instances counted for a principal since the last time. */
type OnForeign = (principal: string, requests: number) => void;

const EXCHANGE_EVERY_MS = 1_000;
/** Longer than an instance is late without being dead; what was read before is not counted again. */
const READ_BACK_SECONDS = 10;

/**
 * What every instance counts of requests, told to the others once a second: a limit holds for all of them together, late by
 * that second. One that is alone writes nothing.
 */
export function createRequestCounts(deps: { db: Db; log: Logger; instanceId: string; hasOthers: () => boolean }) {
  const { db, log, instanceId } = deps;
  const listeners = new Set<OnForeign>();
  let own = new Map<string, number>();
  let read = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();

  const hear = (counts: Record<string, number>): void => {
    for (const [principal, requests] of Object.entries(counts))
      for (const listener of listeners) listener(principal, requests);
  };

  const exchange = async (): Promise<void> => {
    const told = own;
    own = new Map();
    if (!deps.hasOthers()) return;
    if (told.size > 0) {
      const counts = JSON.stringify(Object.fromEntries(told));
      await db.insertInto('request_counts').values({ instance_id: instanceId, counts }).execute();
    }
    const since = sql<Date>`clock_timestamp() - make_interval(secs => ${READ_BACK_SECONDS})`;
    const rows = await db.selectFrom('request_counts').selectAll().where('at', '>', since).execute();
    const before = read;
    read = new Set(rows.map((row) => row.id));
    for (const row of rows) if (row.instance_id !== instanceId && !before.has(row.id)) hear(row.counts);
    // Those of the dead as well.
    await db.deleteFrom('request_counts').where('at', '<=', since).execute();
  };

  return {
    count: (principal: string): void => void own.set(principal, (own.get(principal) ?? 0) + 1),
    onForeign: (listener: OnForeign): void => void listeners.add(listener),
    start: (): void => {
      timer = setInterval(() => {
        round = round
          .then(exchange)
          .catch((error: unknown) => log.warn({ err: error }, 'requests were not counted together'));
      }, EXCHANGE_EVERY_MS);
      timer.unref();
    },
    stop: async (): Promise<void> => {
      clearInterval(timer);
      await round;
    },
  };
}
export type RequestCounts = ReturnType<typeof createRequestCounts>;
