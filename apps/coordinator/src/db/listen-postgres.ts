import pg from 'pg';

/** One connection that listens on every channel, and comes back by itself after the database was away. */
export function createListening(connectionString: string) {
  const handlers = new Map<string, Set<() => void>>();
  let client: pg.Client | undefined;
  let connecting: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const wakeAll = (): void => {
    for (const listeners of handlers.values()) for (const listener of listeners) listener();
  };

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString, application_name: 'mcp-coordinator listen', keepAlive: true });
    next.on('notification', ({ channel }) => {
      for (const listener of handlers.get(channel) ?? []) listener();
    });
    next.on('error', () => undefined);
    next.on('end', retry);
    await next.connect();
    for (const channel of handlers.keys()) await next.query(`listen ${next.escapeIdentifier(channel)}`);
    client = next;
  };
  const retry = (): void => {
    client = undefined;
    // Whatever was notified while away was missed: wake once.
    if (!closed) timer = setTimeout(() => void connect().then(wakeAll, retry), RETRY_MS);
  };

  return {
    /** Answers how to stop. Rejects when the database cannot be reached at the first time. */
    listen: async (channel: string, onNotify: () => void): Promise<() => Promise<void>> => {
      const listeners = handlers.get(channel) ?? new Set();
      handlers.set(channel, listeners.add(onNotify));
      connecting ??= connect();
      await connecting;
      // Twice does nothing; the connection may have been made before this channel was known.
      await client?.query(`listen ${client.escapeIdentifier(channel)}`);
      return async () => {
        listeners.delete(onNotify);
        await Promise.resolve();
      };
    },
    close: async (): Promise<void> => {
      closed = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}

const RETRY_MS = 1_000;
