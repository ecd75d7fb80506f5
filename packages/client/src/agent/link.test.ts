import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LINK_CLOSE_FENCED, type LinkTransport, linkPath } from '@mcp-coordinator/contract/link-transport';
import { afterEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { AgentOptions, AgentState, LinkFacts, SetTimer } from './agent-options.ts';
import { startAgent } from './link.ts';
import { redialDelayMs } from './redial-delay.ts';

/** Timers that run when the test says so. */
function handTimers() {
  const pending = new Set<{ run: () => void; milliseconds: number }>();
  const waiting: (() => void)[] = [];
  const setTimer: SetTimer = (run, milliseconds) => {
    const timer = { run, milliseconds };
    pending.add(timer);
    for (const wake of waiting.splice(0)) wake();
    return () => pending.delete(timer);
  };
  const find = (milliseconds: number) => [...pending].find((timer) => timer.milliseconds === milliseconds);
  return {
    setTimer,
    pending,
    async set(milliseconds: number) {
      while (find(milliseconds) === undefined) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    async fire(milliseconds: number) {
      await this.set(milliseconds);
      const timer = find(milliseconds)!;
      pending.delete(timer);
      timer.run();
    },
  };
}

interface Peer {
  readonly url: string;
  readonly nonces: string[];
  readonly requests: IncomingMessage[];
  nextSocket(): Promise<WebSocket>;
  refuseWith: number | null;
  stop(): Promise<void>;
}

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function startPeer(port = 0): Promise<Peer> {
  const sockets: WebSocket[] = [];
  const waiting: ((socket: WebSocket) => void)[] = [];
  const http = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      peer.requests.push(request);
      if (peer.refuseWith !== null) {
        response.writeHead(peer.refuseWith).end(JSON.stringify({ detail: 'no' }));
        return;
      }
      peer.nonces.push((JSON.parse(body) as { nonce: string }).nonce);
      const answer = {
        success: true,
        serverId: 's1',
        kind: 'installer',
        status: 'unknown',
        registeredAt: '2026-01-01T00:00:00Z',
      };
      // The public address differs from the one that was configured: only the paths may be taken from it.
      response.end(
        JSON.stringify({
          ...answer,
          link: `wss://public.example${linkPath('s1')}`,
          jwks: 'https://public.example/base/.well-known/jwks.json',
        }),
      );
    });
  });
  const upgrades = new WebSocketServer({ server: http });
  upgrades.on('connection', (socket, request) => {
    peer.requests.push(request);
    const next = waiting.shift();
    if (next) next(socket);
    else sockets.push(socket);
  });
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
  const peer: Peer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    nonces: [],
    requests: [],
    refuseWith: null,
    nextSocket: () => {
      const socket = sockets.shift();
      return socket ? Promise.resolve(socket) : new Promise((resolve) => waiting.push(resolve));
    },
    async stop() {
      for (const socket of upgrades.clients) socket.terminate();
      upgrades.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return peer;
}

function start(url: string) {
  const timers = handTimers();
  const states: AgentState[] = [];
  const errors: string[] = [];
  const links: { transport: LinkTransport<unknown>; facts: LinkFacts }[] = [];
  let seed = 0;
  const options: AgentOptions<unknown> = {
    coordinatorUrl: url,
    apiKey: 'mcpk_x',
    registration: { installerId: 's1', version: '1', capabilities: ['list_servers'] },
    serve(transport, facts) {
      links.push({ transport, facts });
      transport.onmessage = (message) => void transport.send({ got: message });
      void transport.start();
    },
    onState: (state) => states.push(state),
    log: { info: () => undefined, warn: () => undefined, error: (_facts, message) => errors.push(message) },
    random: { bytes: (count) => new Uint8Array(count).fill(++seed), fraction: () => 0.5 },
    setTimer: timers.setTimer,
  };
  const agent = startAgent(options);
  cleanups.push(() => agent.stop());
  return { agent, timers, states, errors, links };
}

async function peerFor() {
  const peer = await startPeer();
  cleanups.push(() => peer.stop());
  return peer;
}
const closed = (socket: WebSocket) => new Promise<number>((resolve) => socket.once('close', resolve));

describe('the agent', () => {
  it('registers with a nonce, dials the configured address, and serves what comes', async () => {
    const peer = await peerFor();
    const { links, agent, states } = start(peer.url);
    const socket = await peer.nextSocket();
    const echo = new Promise((resolve) => socket.once('message', (data: Buffer) => resolve(data.toString())));
    socket.send('{"jsonrpc":"2.0","id":1,"method":"ping"}');
    expect(await echo).toBe('{"got":{"jsonrpc":"2.0","id":1,"method":"ping"}}');
    expect(links[0]?.facts).toMatchObject({
      serverId: 's1',
      nonce: peer.nonces[0],
      issuer: 'https://public.example/base',
      jwks: `${peer.url}/base/.well-known/jwks.json`,
    });
    expect(Buffer.from(peer.nonces[0]!, 'base64url')).toHaveLength(32);
    for (const request of peer.requests) expect(request.headers.authorization).toBe('Bearer mcpk_x');
    const end = closed(socket);
    await agent.stop();
    expect(await end).toBe(1001);
    expect(states.at(-1)).toBe('stopped');
  });

  it('dials again after a drop, under another nonce', async () => {
    const peer = await peerFor();
    const { timers } = start(peer.url);
    (await peer.nextSocket()).terminate();
    await timers.fire(500);
    await peer.nextSocket();
    expect(new Set(peer.nonces).size).toBe(2);
  });

  it('waits for a coordinator that is not up yet', async () => {
    const gone = await startPeer();
    await gone.stop();
    const { timers } = start(gone.url);
    await timers.fire(250);
    await timers.set(250);
    const peer = await startPeer(Number(new URL(gone.url).port));
    cleanups.push(() => peer.stop());
    await timers.fire(250);
    await peer.nextSocket();
    expect(peer.nonces).toHaveLength(1);
  });

  it('goes on trying after a refusal, and says so', async () => {
    const peer = await peerFor();
    peer.refuseWith = 403;
    const { timers, errors } = start(peer.url);
    await timers.fire(250);
    await timers.set(250);
    peer.refuseWith = null;
    await timers.fire(250);
    await peer.nextSocket();
    expect(errors.length).toBeGreaterThan(0);
  });

  it('stops for good when a newer link fences it', async () => {
    const peer = await peerFor();
    const { timers, states, errors } = start(peer.url);
    const socket = await peer.nextSocket();
    socket.close(LINK_CLOSE_FENCED, 'fenced');
    await closed(socket);
    while (states.at(-1) !== 'fenced') await new Promise((resolve) => setImmediate(resolve));
    expect(errors.join()).toMatch(/took over/);
    expect(timers.pending.size).toBe(0);
    expect(peer.nonces).toHaveLength(1);
  });

  it('gives up a link on which nothing is heard, and a ping is heard', async () => {
    const peer = await peerFor();
    const { timers } = start(peer.url);
    const socket = await peer.nextSocket();
    const pong = new Promise((resolve) => socket.once('pong', resolve));
    socket.ping();
    await pong;
    const end = closed(socket);
    await timers.fire(60_000);
    expect(await end).toBe(1006);
    await timers.fire(500);
    await peer.nextSocket();
  });
});

describe('redialDelayMs', () => {
  it('is quick at first, then grows from a second to half a minute', () => {
    expect(redialDelayMs(0, false, 0.9)).toBe(250);
    expect(redialDelayMs(60, false, 0.9)).toBe(250);
    expect(redialDelayMs(61, false, 1)).toBe(1000);
    expect(redialDelayMs(0, true, 1)).toBe(1000);
    expect(redialDelayMs(3, true, 0.5)).toBe(4000);
    expect(redialDelayMs(1000, true, 1)).toBe(30_000);
  });
});
