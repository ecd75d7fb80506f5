import type { Logger } from 'pino';

export interface Ticker {
  /** Does the work once, and then again and again. Resolves after the first time, whether or not it succeeded. */
  readonly start: () => Promise<void>;
  /** Does the work now, unless it is under way. */
  readonly now: () => Promise<void>;
  /** Resolves when what is under way has ended. */
  readonly stop: () => Promise<void>;
}

export interface TickerOptions {
  /** For the log. */
  readonly name: string;
  readonly everyMs: number;
  readonly work: () => Promise<unknown>;
  readonly log: Logger;
}

/** Work at a fixed interval; a tick that finds the last one still busy is left out. A failure is logged once an outage. */
export function createTicker({ name, everyMs, work, log }: TickerOptions): Ticker {
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<void> | undefined;
  let failing = false;
  const attempt = async (): Promise<void> => {
    try {
      await work();
      if (failing) log.info(`${name} works again`);
      failing = false;
    } catch (error) {
      if (!failing) log.error({ err: error }, `${name} failed; it is tried again every ${everyMs / 1_000} s`);
      failing = true;
    }
  };
  const tick = (): Promise<void> => {
    current ??= attempt().finally(() => {
      current = undefined;
    });
    return current;
  };
  return {
    now: tick,
    start: async () => {
      if (timer !== undefined) return;
      timer = setInterval(() => void tick(), everyMs);
      await tick();
    },
    stop: async () => {
      clearInterval(timer);
      timer = undefined;
      await current;
    },
  };
}
