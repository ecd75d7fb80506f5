import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Db } from '../../db/schema.ts';
import * as store from './realtime.store.ts';

const BATCH = 1_000;

/** Moves what waits in the outbox to where readers see it, until nothing is left. With `wait` another publisher is waited for. */
export async function publishOutbox(db: Db, { wait }: { wait: boolean }): Promise<void> {
  while (!(await store.isOutboxEmpty(db))) {
    const published = await db.transaction().execute(async (tx) => {
      if (wait) await store.awaitPublisherLock(tx);
      else if (!(await store.tryPublisherLock(tx))) return 0;
      return store.publishQueued(tx, BATCH);
    });
    if (published === 0) return;
    // Query loops on the embedded database leave timers and sockets no turn of their own.
    await nextTurn();
  }
}
