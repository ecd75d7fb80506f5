import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Permission } from '@mcp-coordinator/contract/permissions';
import {
  type RealtimeEvent,
  type ServerMessage,
  serverMessageSchema,
} from '@mcp-coordinator/contract/realtime.contract';
import { refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny } from '@mcp-coordinator/core/result';
import { pino } from 'pino';
import { type ClientOptions, WebSocket, WebSocketServer } from 'ws';
import type { OpenDatabase } from '../../../db/open-database.ts';
import { transact } from '../../../db/transaction.ts';
import type { Caller, Person } from '../../../http/caller.ts';
import { createRealtimeModule, type NewEvent, type RealtimeDeps } from '../realtime.module.ts';

export const person = (username: string, ...permissions: Permission[]): Person => ({
  kind: 'person',
  actor: username,
  userId: 1,
  username,
  role: 'viewer',
  sessionId: `session of ${username}`,
  permissions: new Set(permissions),
});
export const VIEWER = person('vera', 'view_results');

/** An instance of the module behind a real HTTP server; tokens are the names of `callers`. */
export async function openRealtime(
  database: OpenDatabase,
  callers: Readonly<Record<string, Caller>> = { vera: VIEWER },
  more: Partial<RealtimeDeps> = {},
) {
  const realtime = createRealtimeModule({
    db: database.db,
    listen: (channel, onNotify) => database.listen(channel, onNotify),
    clock: () => new Date('2026-01-01T00:00:00.000Z'),
    authenticateToken: (token) => {
      const caller = callers[token];
      return Promise.resolve(caller ? accept(caller) : deny(refuse('unauthenticated', 'The token is not known.')));
    },
    isStillValid: () => true,
    log: pino({ level: 'silent' }),
    // Woken by notifications alone.
    fallbackMs: 600_000,
    ...more,
  });
  await realtime.start();
  const sockets = new WebSocketServer({ noServer: true });
  const server = createServer();
  // As the edge does it: `?as=` stands for a header or cookie.
  server.on('upgrade', (request, socket, head) => {
    const name = new URL(request.url ?? '', 'http://localhost').searchParams.get('as');
    const caller = name === null ? undefined : callers[name];
    sockets.handleUpgrade(request, socket, head, (opened) => realtime.accept(opened, caller ? { caller } : {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`;
  return {
    ...realtime,
    url,
    /** The server's ends. */
    sockets: sockets.clients,
    publish: async (...events: NewEvent[]): Promise<void> => {
      await transact(database.db, async (tx) => {
        for (const event of events) await realtime.publishEvent(tx, event);
        return accept(undefined);
      });
    },
    close: async (): Promise<void> => {
      await realtime.stop();
      server.close();
      server.closeAllConnections();
    },
  };
}
export type OpenRealtime = Awaited<ReturnType<typeof openRealtime>>;

/** A client of `/ws` that keeps everything it was sent, each message held against the contract. */
export class Client {
  readonly socket: WebSocket;
  readonly messages: ServerMessage[] = [];
  /** How many messages each frame carried. */
  readonly frames: number[] = [];
  readonly closed: Promise<number>;
  #look = (): void => undefined;

  constructor(url: string, options: ClientOptions = {}) {
    this.socket = new WebSocket(url, options);
    this.closed = new Promise((resolve) => this.socket.once('close', resolve));
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data) => {
      const frame: unknown = JSON.parse((data as Buffer).toString());
      const messages = (Array.isArray(frame) ? frame : [frame]).map((message) => serverMessageSchema.parse(message));
      this.frames.push(messages.length);
      this.messages.push(...messages);
      this.#look();
    });
  }

  static async open(url: string, ...messages: object[]): Promise<Client> {
    const client = new Client(url);
    await once(client.socket, 'open');
    for (const message of messages) client.send(message);
    return client;
  }

  send(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The first message that fits, whether it came already or comes; the test's timeout is its end. */
  receive<T extends ServerMessage['type']>(
    type: T,
    fits: (message: Extract<ServerMessage, { type: T }>) => boolean = () => true,
  ) {
    type Wanted = Extract<ServerMessage, { type: T }>;
    return new Promise<Wanted>((resolve) => {
      const look = (): void => {
        const found = this.messages.find(
          (message): message is Wanted => message.type === type && fits(message as Wanted),
        );
        if (found) resolve(found);
      };
      this.#look = look;
      look();
    });
  }

  /** Waits for an answer that comes after everything before it. */
  async settle(): Promise<void> {
    const before = this.messages.filter((message) => message.type === 'pong').length;
    this.send({ type: 'ping' });
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.messages.filter((message) => message.type === 'pong').length > before) resolve();
      };
      this.#look = look;
      look();
    });
  }

  get events(): RealtimeEvent[] {
    return this.messages.filter((message): message is RealtimeEvent => message.type === 'event');
  }

  close(): Promise<number> {
    this.socket.close();
    return this.closed;
  }
}
