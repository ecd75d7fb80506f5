import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { Logger } from 'pino';
import type { Db } from '../../db/schema.ts';
import type { GuardedFetch } from '../../outbound/guarded-fetch.ts';
import type { Connection } from './connection.ts';
import type { LinkOwner, LinkRegistry } from './link-registry.ts';
import { endpoints } from './servers.store.ts';

export interface DialEndpointsDeps {
  db: Db;
  log: Logger;
  links: Pick<LinkRegistry, 'hold' | 'has' | 'get' | 'noteUnreachable'>;
  outbound: Pick<GuardedFetch, 'check' | 'fetch'>;
}

const LOOK_EVERY_MS = 5_000;
const PING_TIMEOUT_MS = 5_000;

/**
 * Keeps a session with every server that registered an endpoint (Streamable HTTP): opened where there is none, and ended
 * when the server does not answer, so that the next look opens it anew.
 */
export function createEndpointDialler({ db, log, links, outbound }: DialEndpointsDeps) {
  let timer: NodeJS.Timeout | undefined;
  const open = new Map<string, Connection>();

  const look = async (): Promise<void> => {
    for (const { id, kind, endpoint_url } of await endpoints(db)) {
      if (!endpoint_url) continue;
      const owner: LinkOwner = { serverId: id, kind, keyId: null, actor: 'system' };
      if (links.has(id)) void keepAlive(id);
      else await dial(new URL(endpoint_url), owner);
    }
  };
  const dial = async (url: URL, owner: LinkOwner): Promise<void> => {
    // Allowed when it registered, and asked again: the list may have changed with a restart, and its address at any time.
    const allowed = await outbound.check(url);
    if (!allowed.ok) return links.noteUnreachable(owner.serverId, `its endpoint ${allowed.refusal}`);
    // A dial-in or another look may have been quicker than the resolver.
    if (links.has(owner.serverId)) return;
    const connection = overHttp(url, outbound.fetch);
    open.set(owner.serverId, connection);
    // Another instance may have it: one session is enough.
    void links.hold(connection, owner, { onlyFree: true });
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

function overHttp(url: URL, fetch: GuardedFetch['fetch']): Connection {
  const transport = new StreamableHTTPClientTransport(url, { fetch });
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
