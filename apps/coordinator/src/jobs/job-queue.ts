import { carrierOf, traceCarrier, withSpan } from '@mcp-coordinator/telemetry/tracing';
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
/** A new job wakes a worker at once; one that waited for its time is found by looking. */
const LOOK_EVERY_SECONDS = 1;
/** Its own few connections: it needs one to listen on, which a shared pool cannot lend. */
const CONNECTIONS_MAX = 3;

export function createJobQueue(database: OpenDatabase, log: Logger): JobQueue {
  const { engine } = database;
  const boss = new PgBoss({
    useListenNotify: true,
    ...(engine.kind === 'embedded'
      ? { db: fromPglite(engine.lite), backend: 'pglite' as const }
      : { connectionString: engine.connectionString, max: CONNECTIONS_MAX, application_name: 'mcp-coordinator jobs' }),
  });
  boss.on('error', (error) => log.warn({ err: error }, 'the job queue had a problem and goes on'));

  const send = (queue: Queue, id: string, options: { afterSeconds?: number | undefined; tx?: Tx }) =>
    boss.send(
      queue,
      { id, ...traceCarrier() },
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
          {
            batchSize: 1,
            localConcurrency: CONCURRENT,
            pollingIntervalSeconds: LOOK_EVERY_SECONDS,
            notifyPollingIntervalSeconds: LOOK_EVERY_SECONDS,
          },
          async ([job]) => {
            if (!job) return;
            const { id } = job.data;
            // A part of the trace of whoever asked for it; when it is looked at again, still.
            await withSpan(queue, { role: 'consumer', from: carrierOf(job.data), attributes: { id } }, async () => {
              const again = await looks[queue](id);
              if (again !== undefined) await send(queue, id, { afterSeconds: again });
            });
          },
        );
      }
    },
    stop: () => boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MS }),
  };
}
