import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { Logger } from 'pino';
import type { Db } from '../../db/schema.ts';
import type { Connection } from './connection.ts';
import type { LinkRegistry } from './link-registry.ts';
import { endpoints } from './servers.store.ts';

export interface DialEndpointsDeps {
  db: Db;
  log: Logger;
  links: Pick<LinkRegistry, 'hold' | 'has' | 'get'>;
  endpointAllow: readonly string[];
}

const LOOK_EVERY_MS = 5_000;
const PING_TIMEOUT_MS = 5_000;

/**
 * Keeps a session with every server that registered an endpoint (Streamable HTTP): opened where there is none, and ended
 * when the server does not answer, so that the next look opens it anew.
 */
export function createEndpointDialler({ db, log, links, endpointAllow }: DialEndpointsDeps) {
  let timer: NodeJS.Timeout | undefined;
  const open = new Map<string, Connection>();

  const look = async (): Promise<void> => {
    for (const { id, kind, endpoint_url } of await endpoints(db)) {
      // Allowed when it registered, and asked again: the list may have changed with a restart.
      if (!endpoint_url || !endpointAllow.includes(new URL(endpoint_url).host)) continue;
      if (!links.has(id)) {
        const connection = overHttp(new URL(endpoint_url));
        open.set(id, connection);
        // Another instance may have it: one session is enough.
        void links.hold(connection, { serverId: id, kind, keyId: null, actor: 'system' }, { onlyFree: true });
      } else void keepAlive(id);
    }
  };
  const keepAlive = async (id: string): Promise<void> => {
    const answer = await links.get(id)?.ping(PING_TIMEOUT_MS);
    if (answer && !answer.ok) open.get(id)?.end(1000, 'it does not answer');
  };
  const safely = (): void =>
    void look().catch((error: unknown) => log.warn({ err: error }, 'endpoints could not be looked at; trying again'));

  return {
    lookNow: safely,
    start: (): void => {
      timer = setInterval(safely, LOOK_EVERY_MS);
    },
    stop: (): void => clearInterval(timer),
  };
}

/** Redirects are not followed: a server may not send us on to an address that was never allowed. */
function overHttp(url: URL): Connection {
  const transport = new StreamableHTTPClientTransport(url, {
    fetch: (input, init) => fetch(input, { ...init, redirect: 'error' }),
  });
  const listeners = new Set<() => void>();
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    void transport.close().catch(() => undefined);
    for (const listener of listeners) listener();
  };
  return { transport, end, onEnd: (listener) => void listeners.add(listener) };
}
