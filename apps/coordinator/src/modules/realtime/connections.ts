import type { RealtimeEvent } from '@mcp-coordinator/contract/realtime.contract';
import type { WebSocket } from 'ws';
import type { Caller } from '../../http/caller.ts';
import { type Connection, type ConnectionDeps, createConnection } from './connection.ts';

/** How long events gather before they are sent in one frame. */
const GATHER_MS = 20;
/** How long a peer has to answer the close of a stopping server. */
const STOP_MS = 1_000;

export interface Connections {
  readonly accept: (socket: WebSocket, admitted: { caller?: Caller }) => void;
  /** Hands an event to whoever wants it; serialised once. */
  readonly deliver: (event: RealtimeEvent) => void;
  /** Sends at once what has gathered. */
  readonly flush: () => Promise<void>;
  /** Looks at once whether each may stay. */
  readonly recheck: () => void;
  readonly start: () => void;
  /** Says goodbye to all and waits until they are gone. */
  readonly stop: () => Promise<void>;
}

export function createConnections(deps: ConnectionDeps, heartbeatMs: number): Connections {
  const open = new Map<WebSocket, Connection>();
  let waiting = new Set<Connection>();
  let gathering: NodeJS.Timeout | undefined;
  let heartbeat: NodeJS.Timeout | undefined;
  let isStopped = false;

  const flush = async (): Promise<void> => {
    clearTimeout(gathering);
    gathering = undefined;
    const connections = waiting;
    waiting = new Set();
    await Promise.all([...connections].map((connection) => connection.flush()));
  };

  return {
    flush,
    accept: (socket, { caller }) => {
      if (isStopped) return socket.close(1001, 'the server is stopping');
      open.set(socket, createConnection(socket, caller, deps));
      socket.once('close', () => open.delete(socket));
    },
    deliver: (event) => {
      if (open.size === 0) return;
      const text = JSON.stringify(event);
      for (const connection of open.values()) if (connection.deliver(event, text)) waiting.add(connection);
      // `flush` of a connection reports its own failure and never throws.
      if (waiting.size > 0) gathering ??= setTimeout(() => void flush(), GATHER_MS);
    },
    recheck: () => {
      for (const connection of open.values()) void connection.recheck();
    },
    start: () => {
      isStopped = false;
      heartbeat = setInterval(() => {
        for (const connection of open.values()) connection.beat();
      }, heartbeatMs);
    },
    stop: async () => {
      isStopped = true;
      clearInterval(heartbeat);
      clearTimeout(gathering);
      const gone = [...open.keys()].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
      for (const connection of open.values()) connection.close(1001, 'the server is stopping');
      const cut = setTimeout(() => {
        for (const connection of open.values()) connection.terminate();
      }, STOP_MS);
      await Promise.all(gone);
      clearTimeout(cut);
    },
  };
}
