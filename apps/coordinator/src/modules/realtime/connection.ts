import {
  CLOSE_UNAUTHENTICATED,
  type ClientMessage,
  type RealtimeEvent,
} from '@mcp-coordinator/contract/realtime.contract';
import type { Refusal } from '@mcp-coordinator/contract/refusals';
import type { Result } from '@mcp-coordinator/core/result';
import type { Logger } from 'pino';
import type { RawData, WebSocket } from 'ws';
import type { Db } from '../../db/schema.ts';
import type { Caller } from '../../http/caller.ts';
import { createCredential } from './credential.ts';
import type { EventFeed } from './event-feed.ts';
import { createEventStream } from './event-stream.ts';
import { createMessageAllowance } from './message-allowance.ts';
import { createOutgoing } from './outgoing.ts';
import { errorFrame, MESSAGE_BYTES_MAX, parseMessage } from './parse-message.ts';

export interface ConnectionDeps {
  readonly db: Db;
  readonly feed: Pick<EventFeed, 'position'>;
  readonly authenticateToken: (token: string) => Promise<Result<Caller, Refusal>>;
  /** Whether what the caller was let in with still holds. */
  readonly isStillValid: (caller: Caller) => boolean | Promise<boolean>;
  readonly authenticateWithinMs: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonic: () => number;
  readonly log: Logger;
}

export interface Connection {
  /** Takes an event, and its text that all connections share; false when there is nothing to send of it yet. */
  readonly deliver: (event: RealtimeEvent, text: string) => boolean;
  /** Sends what has gathered, when the caller is still valid. Never throws. */
  readonly flush: () => Promise<void>;
  /** Closes when what the caller was let in with has ended. Never throws. */
  readonly recheck: () => Promise<void>;
  /** Pings, or cuts the connection whose last ping was not answered. */
  readonly beat: () => void;
  readonly close: (code: number, reason: string) => void;
  readonly terminate: () => void;
}

/** One WebSocket of `/ws`, from its acceptance to its close. Messages are handled one after the other, in their order. */
export function createConnection(socket: WebSocket, admitted: Caller | undefined, deps: ConnectionDeps): Connection {
  const { db, feed, authenticateToken, isStillValid, monotonic, log } = deps;
  const outgoing = createOutgoing(socket);
  const onInvalid = (): void => outgoing.close(CLOSE_UNAUTHENTICATED, 'no valid credential');
  const credential = createCredential(admitted, { isStillValid, monotonic, onInvalid });
  const stream = createEventStream({ db, feed, outgoing, isValid: credential.isValid });
  const allowance = createMessageAllowance(monotonic);
  const timer = admitted === undefined ? setTimeout(onInvalid, deps.authenticateWithinMs) : undefined;
  /** Messages from before any credential: they wait for it. */
  let early: ClientMessage[] = [];
  let turn = Promise.resolve();
  let isAlive = true;

  const authenticate = async (token: string): Promise<void> => {
    const known = await authenticateToken(token);
    if (!known.ok) {
      outgoing.answer(errorFrame(known.refusal.code, known.refusal.detail));
      onInvalid();
      return;
    }
    clearTimeout(timer);
    credential.set(known.value);
    outgoing.answer({
      type: 'authenticated',
      username: known.value.kind === 'person' ? known.value.username : known.value.actor,
    });
    stream.narrow(known.value);
    const waiting = early;
    early = [];
    for (const message of waiting) await handle(message);
  };

  const handle = async (message: ClientMessage): Promise<void> => {
    if (message.type === 'authenticate') return authenticate(message.token);
    const { caller } = credential;
    if (caller === undefined) {
      early.push(message);
      return;
    }
    // Answers take events along that wait for the next frame: those too are for a valid caller only.
    if (!(await credential.isValid())) return;
    switch (message.type) {
      case 'subscribe':
        return stream.subscribe(
          caller,
          message.channels,
          message.since === undefined ? undefined : BigInt(message.since),
        );
      case 'unsubscribe':
        return stream.unsubscribe(message.channels);
      case 'ping':
        return outgoing.answer({ type: 'pong' });
    }
  };

  const fail = (error: unknown): void => {
    // A send that failed because the peer went away is no failure of ours.
    if (socket.readyState !== socket.OPEN) return;
    log.error({ err: error }, 'a WebSocket connection failed');
    outgoing.close(1011, 'internal error');
  };

  const receive = (data: RawData, isBinary: boolean): void => {
    if (socket.readyState !== socket.OPEN) return;
    // `ws` gives one Buffer unless told otherwise.
    const bytes = data as Buffer;
    if (bytes.length > MESSAGE_BYTES_MAX) {
      outgoing.answer(errorFrame('payload_too_large', `A message has at most ${MESSAGE_BYTES_MAX} bytes.`));
      outgoing.close(1009, 'the message is too large');
    } else if (!allowance.take()) {
      outgoing.answer(errorFrame('rate_limited', 'Too many messages on one connection; it is closed.'));
      outgoing.close(1008, 'too many messages');
    } else {
      const parsed = parseMessage(bytes, isBinary);
      turn = turn.then(() => (parsed.ok ? handle(parsed.value) : outgoing.answer(parsed.refusal))).catch(fail);
    }
  };

  socket.on('message', receive);
  socket.on('pong', () => {
    isAlive = true;
  });
  socket.on('close', () => clearTimeout(timer));
  // A broken peer: `close` follows.
  socket.on('error', (error) => log.debug({ err: error }, 'a WebSocket connection broke'));

  return {
    deliver: stream.deliver,
    flush: async () => {
      try {
        if (!outgoing.isEmpty && (await credential.isValid())) outgoing.flush();
      } catch (error) {
        fail(error);
      }
    },
    recheck: () => credential.recheck().catch(fail),
    beat: () => {
      if (!isAlive) socket.terminate();
      isAlive = false;
      if (socket.readyState === socket.OPEN) socket.ping();
    },
    close: outgoing.close,
    terminate: () => socket.terminate(),
  };
}
