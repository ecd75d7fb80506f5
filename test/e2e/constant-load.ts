import { setTimeout as pause } from 'node:timers/promises';

/** What was asked and how it went. */
export interface Load {
  /** Every request that failed: no answer, or one that is our fault. */
  readonly failures: string[];
  readonly count: () => number;
  /** Ends it, and waits for what is under way. */
  stop(): Promise<void>;
}

export interface Ask {
  readonly method: string;
  readonly path: string;
  readonly body?: () => object;
}

/** Several clients that ask one thing after the other, all the time. */
export function constantLoad(url: string, token: string, asks: readonly Ask[], clients: number): Load {
  const failures: string[] = [];
  let count = 0;
  let stopping = false;
  const one = async ({ method, path, body }: Ask): Promise<void> => {
    const headers = { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) };
    try {
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers,
        ...(body ? { body: JSON.stringify(body()) } : {}),
      });
      const text = await response.text();
      if (response.status >= 400) failures.push(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
    } catch (error) {
      const { message, cause } = error as Error;
      failures.push(`${method} ${path}: ${message} ${cause instanceof Error ? cause.message : ''}`);
    }
    count += 1;
  };
  const client = async (offset: number): Promise<void> => {
    for (let turn = offset; !stopping; turn += 1) {
      const ask = asks[turn % asks.length];
      if (ask) await one(ask);
      await pause(5);
    }
  };
  const running = Array.from({ length: clients }, (_, index) => client(index));
  return {
    failures,
    count: () => count,
    stop: async () => {
      stopping = true;
      await Promise.all(running);
    },
  };
}
