import type { ClientMessage, ServerMessage } from '@mcp-coordinator/contract/realtime.contract';
import {
  type Channel,
  CLOSE_UNAUTHENTICATED,
  type RealtimeEvent,
  serverMessageSchema,
} from '@mcp-coordinator/contract/realtime.contract';
import { backoffMs } from './backoff.ts';

/** `connecting`: not yet. `live`: subscribed. `stale`: the connection is gone, what one sees may be old; it reconnects by itself. */
export type LinkState = 'connecting' | 'live' | 'stale';

export interface SubscriptionOptions {
  /** `ws://host:3000/ws` or `wss://…`. */
  url: string;
  channels: readonly Channel[];
  /** Absent: the browser's cookie. A function is asked before each connection, so that a refreshed token is used. */
  token?: string | (() => string);
  /** Start after this event id. */
  since?: string;
  onEvent: (event: RealtimeEvent) => void;
  onState?: (state: LinkState) => void;
  /** A channel that is refused, or a message the server did not take. */
  onRefusal?: (refusal: Extract<ServerMessage, { type: 'error' }>) => void;
  /** The credential is missing or no longer good. Reconnecting goes on; close the subscription to end it. */
  onUnauthenticated?: () => void;
  retryBaseMs?: number;
  retryMaxMs?: number;
  /** Milliseconds between pings; twice as long without any message means that the connection is dead. */
  pingMs?: number;
}

export interface Subscription {
  readonly state: LinkState;
  close(): void;
}

/** Ids seen, the newest ones: events are delivered at least once, and a replay overlaps with what is live. */
const SEEN_MAX = 4096;

const parseFrame = (data: unknown): ServerMessage[] => {
  if (typeof data !== 'string') return [];
  const frame: unknown = JSON.parse(data);
  return (Array.isArray(frame) ? frame : [frame]).flatMap((message) => {
    const parsed = serverMessageSchema.safeParse(message);
    // A message of a later version is skipped, not fatal.
    return parsed.success ? [parsed.data] : [];
  });
};

/** Subscribes to channels of `/ws`; reconnects with backoff and jitter, and replays what was missed. Runs in browsers and Node. */
export const subscribe = (options: SubscriptionOptions): Subscription => {
  const { url, channels, token, onEvent, onState, retryBaseMs = 500, retryMaxMs = 30_000, pingMs = 25_000 } = options;
  const seen = new Set<string>();
  let newest = options.since;
  let state: LinkState = 'connecting';
  let socket: WebSocket | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let heartbeat: ReturnType<typeof setInterval> | undefined;
  let failures = 0;
  let closed = false;

  const enter = (next: LinkState) => {
    if (next === state) return;
    state = next;
    onState?.(next);
  };

  const deliver = (event: RealtimeEvent) => {
    if (seen.has(event.id)) return;
    seen.add(event.id);
    if (seen.size > SEEN_MAX) for (const oldest of seen) if (seen.size > SEEN_MAX / 2) seen.delete(oldest);
    if (newest === undefined || BigInt(event.id) > BigInt(newest)) newest = event.id;
    onEvent(event);
  };

  const receive = (message: ServerMessage) => {
    switch (message.type) {
      case 'event':
        return deliver(message);
      case 'subscribed':
        failures = 0;
        return enter('live');
      case 'error':
        return options.onRefusal?.(message);
      case 'authenticated':
      case 'unsubscribed':
      case 'pong':
        return;
    }
  };

  const connect = () => {
    const opened = new WebSocket(url);
    socket = opened;
    let heardAt = Date.now();
    const send = (message: ClientMessage) => opened.send(JSON.stringify(message));

    opened.addEventListener('open', () => {
      if (token !== undefined) send({ type: 'authenticate', token: typeof token === 'function' ? token() : token });
      send({ type: 'subscribe', channels: [...channels], ...(newest === undefined ? {} : { since: newest }) });
      heartbeat = setInterval(() => {
        if (Date.now() - heardAt > 2 * pingMs) lost();
        else send({ type: 'ping' });
      }, pingMs);
    });
    opened.addEventListener('message', ({ data }) => {
      heardAt = Date.now();
      if (socket === opened) for (const message of parseFrame(data)) receive(message);
    });
    /** Both `close` and a dead heartbeat end here, whichever is first: a close handshake with a dead peer takes minutes. */
    const lost = () => {
      if (socket !== opened) return;
      socket = undefined;
      clearInterval(heartbeat);
      opened.close();
      if (closed) return;
      enter('stale');
      retry = setTimeout(connect, backoffMs(failures, retryBaseMs, retryMaxMs, Math.random));
      failures += 1;
    };
    opened.addEventListener('close', ({ code }) => {
      if (code === CLOSE_UNAUTHENTICATED && !closed) options.onUnauthenticated?.();
      lost();
    });
    opened.addEventListener('error', lost);
  };

  connect();
  return {
    get state() {
      return state;
    },
    close() {
      closed = true;
      clearTimeout(retry);
      clearInterval(heartbeat);
      socket?.close(1000);
      socket = undefined;
    },
  };
};
