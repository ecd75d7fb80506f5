import { sql } from 'kysely';
import type { Logger } from 'pino';
import type { OpenDatabase } from '../../db/open-database.ts';
import type { Db, Tx } from '../../db/schema.ts';
import type { Clock } from '../../runtime.ts';
import { endedKeyIds } from './api-keys.store.ts';

const SESSION_ENDED = 'mcp_session_ended';
/** How far back a signal looks for revoked keys: longer than any signal is under way, or any clock is off. */
const LOOK_BACK_MS = 10 * 60_000;

export interface CredentialSignal {
  /** Tells the other instances when the transaction commits; the payload (a session, user or key id) is for who watches. */
  readonly send: (tx: Tx, id: string) => Promise<void>;
  /** After the commit: acts on this instance at once, without waiting for the notification. */
  readonly raise: () => void;
  readonly onCredentialEnded: (listener: () => void) => () => void;
  readonly onKeyRevoked: (listener: (keyId: string) => void) => () => void;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** What `CredentialSignal.send` does, for who has no instance at work. */
export async function sendCredentialEnded(tx: Tx, id: string): Promise<void> {
  await sql`select pg_notify(${SESSION_ENDED}, ${id})`.execute(tx);
}

/**
 * That some session, account or key came to an end, here or on another instance. A notification wakes and carries no data
 * that is relied on: everything remembered is forgotten, and whoever holds a socket or link looks again.
 */
export function createCredentialSignal(deps: {
  db: Db;
  clock: Clock;
  log: Logger;
  listen: OpenDatabase['listen'];
  forgetAll: () => void;
}): CredentialSignal {
  const endedListeners = new Set<() => void>();
  const keyListeners = new Set<(keyId: string) => void>();
  let unlisten: (() => Promise<void>) | undefined;
  let looking: Promise<void> = Promise.resolve();

  async function reportEndedKeys(): Promise<void> {
    const since = new Date(deps.clock().getTime() - LOOK_BACK_MS);
    // A key may be named twice; cutting a link that is cut already does nothing.
    for (const id of await endedKeyIds(deps.db, since)) for (const listener of keyListeners) listener(id);
  }

  function raise(): void {
    deps.forgetAll();
    for (const listener of endedListeners) listener();
    if (keyListeners.size === 0) return;
    looking = looking
      .then(reportEndedKeys)
      .catch((error: unknown) => deps.log.error({ err: error }, 'links of revoked keys could not be looked up'));
  }

  return {
    send: sendCredentialEnded,
    raise,
    onCredentialEnded: (listener) => {
      endedListeners.add(listener);
      return () => endedListeners.delete(listener);
    },
    onKeyRevoked: (listener) => {
      keyListeners.add(listener);
      return () => keyListeners.delete(listener);
    },
    async start() {
      unlisten = await deps.listen(SESSION_ENDED, raise);
    },
    async stop() {
      await unlisten?.();
      await looking;
    },
  };
}
