import type { AddressInfo } from 'node:net';
import type { RealtimeEvent } from '@mcp-coordinator/contract/realtime.contract';
import { afterEach, expect, it } from 'vitest';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';
import { type LinkState, type Subscription, type SubscriptionOptions, subscribe } from './events.ts';

let server: WebSocketServer | undefined;
let subscription: Subscription | undefined;

interface Connection {
  socket: ServerSocket;
  heard: Record<string, unknown>[];
}

/** A real WebSocket server that confirms every subscription unless told otherwise. */
async function serve(options: { confirm?: boolean; pong?: boolean } = {}) {
  const { confirm = true, pong = true } = options;
  const connections: Connection[] = [];
  const listening = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server = listening;
  listening.on('connection', (socket) => {
    const connection: Connection = { socket, heard: [] };
    connections.push(connection);
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Record<string, unknown>;
      connection.heard.push(message);
      if (message['type'] === 'subscribe' && confirm) {
        socket.send(JSON.stringify({ type: 'subscribed', channels: message['channels'] }));
      }
      if (message['type'] === 'ping' && pong) socket.send(JSON.stringify({ type: 'pong' }));
    });
  });
  await new Promise((resolve) => listening.once('listening', resolve));
  return { connections, url: `ws://127.0.0.1:${(listening.address() as AddressInfo).port}` };
}

function listen(url: string, options: Partial<SubscriptionOptions> = {}) {
  const events: RealtimeEvent[] = [];
  const states: LinkState[] = [];
  const opened = subscribe({
    url,
    channels: ['assessments'],
    retryBaseMs: 5,
    retryMaxMs: 10,
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
    ...options,
  });
  subscription = opened;
  return { events, states, opened };
}

const event = (id: number) => ({
  type: 'event',
  id: `${id}`,
  channel: 'assessments',
  event: 'assessment.completed',
  timestamp: '2026-11-24T00:00:00.000Z',
  data: {},
});

afterEach(() => {
  subscription?.close();
  for (const socket of server?.clients ?? []) socket.terminate();
  server?.close();
});

it('subscribes with the cookie alone, and is live once the server says so', async () => {
  const { connections, url } = await serve();
  const { states, opened } = listen(url);
  expect(opened.state).toBe('connecting');
  await expect.poll(() => opened.state).toBe('live');
  expect(states).toEqual(['live']);
  expect(connections[0]?.heard).toEqual([{ type: 'subscribe', channels: ['assessments'] }]);
});

it('authenticates first, with a token asked for at each connection', async () => {
  const { connections, url } = await serve();
  let made = 0;
  listen(url, { token: () => `token ${++made}` });
  await expect.poll(() => connections[0]?.heard.length).toBe(2);
  connections[0]?.socket.terminate();
  await expect.poll(() => connections[1]?.heard[0]).toEqual({ type: 'authenticate', token: 'token 2' });
});

it('reads frames of one message and of many, and skips what it does not know', async () => {
  const { connections, url } = await serve();
  const { events, opened } = listen(url);
  await expect.poll(() => opened.state).toBe('live');
  connections[0]?.socket.send(JSON.stringify(event(1)));
  connections[0]?.socket.send(JSON.stringify([event(2), { type: 'from the future' }, event(3)]));
  await expect.poll(() => events.map(({ id }) => id)).toEqual(['1', '2', '3']);
});

it('comes back after a loss, asks for what it missed, and shows nothing twice', async () => {
  const { connections, url } = await serve();
  const { events, states, opened } = listen(url);
  await expect.poll(() => opened.state).toBe('live');
  connections[0]?.socket.send(JSON.stringify([event(9), event(10)]));
  await expect.poll(() => events.length).toBe(2);
  connections[0]?.socket.terminate();
  await expect
    .poll(() => connections[1]?.heard[0])
    .toEqual({ type: 'subscribe', channels: ['assessments'], since: '10' });
  connections[1]?.socket.send(JSON.stringify([event(10), event(11)]));
  await expect.poll(() => events.map(({ id }) => id)).toEqual(['9', '10', '11']);
  expect(states).toEqual(['live', 'stale', 'live']);
});

it('begins where it is told to', async () => {
  const { connections, url } = await serve();
  listen(url, { since: '41' });
  await expect.poll(() => connections[0]?.heard[0]).toMatchObject({ since: '41' });
});

it('says what was refused, and that the credential is no longer good', async () => {
  const { connections, url } = await serve();
  const said: string[] = [];
  const { opened } = listen(url, {
    onRefusal: ({ code, channel }) => said.push(`${code} ${channel}`),
    onUnauthenticated: () => said.push('unauthenticated'),
  });
  await expect.poll(() => opened.state).toBe('live');
  connections[0]?.socket.send(
    JSON.stringify({ type: 'error', code: 'forbidden', channel: 'audit', detail: 'Not permitted.' }),
  );
  connections[0]?.socket.close(4401);
  await expect.poll(() => said).toEqual(['forbidden audit', 'unauthenticated']);
});

it('notices a peer that has gone silent', async () => {
  const { connections, url } = await serve({ pong: false });
  const { states } = listen(url, { pingMs: 20 });
  await expect.poll(() => connections.length).toBeGreaterThan(1);
  expect(states.slice(0, 2)).toEqual(['live', 'stale']);
});

it('ends when it is closed', async () => {
  const { connections, url } = await serve();
  const { states, opened } = listen(url);
  await expect.poll(() => opened.state).toBe('live');
  const closed = new Promise((resolve) => connections[0]?.socket.once('close', resolve));
  opened.close();
  await closed;
  expect(states).toEqual(['live']);
  expect(connections).toHaveLength(1);
});

it('is stale when nobody answers at all', async () => {
  const { states } = listen('ws://127.0.0.1:9');
  await expect.poll(() => states).toEqual(['stale']);
});
