import { fromKysely, fromPglite, PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import type { OpenDatabase } from '../db/open-database.ts';
import type { Tx } from '../db/schema.ts';

/** What wakes whom. The truth is in our own rows: a job only says "look at this id". */
export const QUEUES = ['assessment', 'execution'] as const;
export type Queue = (typeof QUEUES)[number];

export type WakeUp = (tx: Tx, queue: Queue, id: string, afterSeconds?: number) => Promise<void>;
/** Answers seconds after which to look again, or nothing when there is no more to do. */
export type Look = (id: string) => Promise<number | undefined>;

export interface JobQueue {
  /** Enqueued in the caller's transaction: a rolled-back change wakes nobody. */
  wakeUp: WakeUp;
  start(looks: Record<Queue, Look>): Promise<void>;
  stop(): Promise<void>;
}

const RETRIES = 20;
const STOP_TIMEOUT_MS = 5_000;
const CONCURRENT = 8;

export function createJobQueue(database: OpenDatabase, log: Logger): JobQueue {
  const boss =
    database.engine.kind === 'embedded'
      ? new PgBoss({ db: fromPglite(database.engine.lite), backend: 'pglite', useListenNotify: true })
      : new PgBoss({ db: poolExecutor(database.engine.pool), schema: 'pgboss' });
  boss.on('error', (error) => log.warn({ err: error }, 'the job queue had a problem and goes on'));

  const send = (queue: Queue, id: string, options: { afterSeconds?: number | undefined; tx?: Tx }) =>
    boss.send(
      queue,
      { id },
      {
        retryLimit: RETRIES,
        retryDelay: 2,
        retryBackoff: true,
        ...(options.afterSeconds ? { startAfter: options.afterSeconds } : {}),
        ...(options.tx ? { db: fromKysely(options.tx) } : {}),
      },
    );

  return {
    wakeUp: async (tx, queue, id, afterSeconds) => {
      await send(queue, id, { tx, afterSeconds });
    },
    start: async (looks) => {
      await boss.start();
      for (const queue of QUEUES) {
        await boss.createQueue(queue, { notify: true });
        await boss.work<{ id: string }>(
          queue,
          { batchSize: 1, localConcurrency: CONCURRENT, pollingIntervalSeconds: 1 },
          async ([job]) => {
            if (!job) return;
            const again = await looks[queue](job.data.id);
            if (again !== undefined) await send(queue, job.data.id, { afterSeconds: again });
          },
        );
      }
    },
    stop: () => boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MS }),
  };
}

/** pg-boss on our own pool, so that one number bounds the connections of this process. */
const poolExecutor = (pool: { query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> }) => ({
  executeSql: (text: string, values?: unknown[]) => pool.query(text, values) as Promise<{ rows: never[] }>,
});
