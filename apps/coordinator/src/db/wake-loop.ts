import type { Logger } from 'pino';
import type { OpenDatabase } from './open-database.ts';

export interface WakeLoop {
  readonly start: () => Promise<void>;
  /** Resolves when the run that is under way has ended. */
  readonly stop: () => Promise<void>;
  /** Runs the work, after the run that is under way: that one may have looked before what is asked for was there. */
  readonly run: () => Promise<void>;
}

export interface WakeLoopOptions {
  /** For the log. */
  readonly name: string;
  readonly channel: string;
  /** Notifications get lost while the listening connection is away; this is how late the work is then at most. */
  readonly everyMs: number;
  readonly work: () => Promise<void>;
  readonly listen: OpenDatabase['listen'];
  readonly log: Logger;
}

/** Runs work when the database notifies, and now and then by itself; never two runs at once in one process. */
export function createWakeLoop({ name, channel, everyMs, work, listen, log }: WakeLoopOptions): WakeLoop {
  let current: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let unlisten: (() => Promise<void>) | undefined;
  let failing = false;

  const run = (): Promise<void> => {
    if (current === undefined) {
      current = work().finally(() => {
        current = undefined;
      });
      return current;
    }
    next ??= settled(current).then(() => {
      next = undefined;
      return run();
    });
    return next;
  };

  const wake = (): void => {
    run().then(
      () => {
        failing = false;
      },
      (error: unknown) => {
        // Once for each outage: the loop tries again by itself.
        if (!failing) log.error({ err: error }, `${name} failed; it is tried again`);
        failing = true;
      },
    );
  };

  return {
    run,
    start: async () => {
      unlisten = await listen(channel, wake);
      timer = setInterval(wake, everyMs);
      wake();
    },
    stop: async () => {
      clearInterval(timer);
      await unlisten?.();
      unlisten = undefined;
      while (current !== undefined) await settled(current);
    },
  };
}

const settled = (promise: Promise<void>): Promise<void> => promise.catch(() => undefined);
