import { CLOSE_TOO_SLOW, CLOSE_UNAUTHENTICATED } from '@mcp-coordinator/contract/realtime.contract';
import { refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny } from '@mcp-coordinator/core/result';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { transact } from '../../db/transaction.ts';
import type { Machine } from '../../http/caller.ts';
import { openTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { removeEventsBefore } from './realtime.store.ts';
import { Client, type OpenRealtime, openRealtime, person, VIEWER } from './testing/open-realtime.ts';

let database: TestDatabase;
let realtime: OpenRealtime;
beforeAll(async () => {
  database = await openTestDatabase();
});
beforeEach(async () => {
  await sql`truncate events, event_outbox restart identity`.execute(database.db);
  realtime = await openRealtime(database);
});
afterEach(() => realtime.close());
afterAll(() => database.close());

const AUTHENTICATE = { type: 'authenticate', token: 'vera' };
const subscribe = (...channels: string[]) => ({ type: 'subscribe', channels });
const event = (n: number, channel: 'approvals' | 'assessments' = 'approvals') =>
  ({ channel, event: 'approval.granted', data: { n } }) as const;
const numbers = (client: Client) => client.events.map(({ data }) => data['n']);

/** Connected, authenticated, subscribed. */
async function subscriber(url = realtime.url, message: object = subscribe('approvals')): Promise<Client> {
  const client = await Client.open(url, AUTHENTICATE, message);
  await client.receive('subscribed');
  return client;
}

describe('authentication', () => {
  it('answers with the name, and messages from before wait for it', async () => {
    const client = await Client.open(realtime.url, { type: 'ping' }, subscribe('approvals'), AUTHENTICATE);
    await client.receive('subscribed');
    expect(client.messages).toEqual([
      { type: 'authenticated', username: 'vera' },
      { type: 'pong' },
      { type: 'subscribed', channels: ['approvals'] },
    ]);
  });

  it('is not asked of who was let in with the upgrade', async () => {
    const client = await Client.open(`${realtime.url}?as=vera`, subscribe('approvals'));
    await client.receive('subscribed');
    expect(client.messages).toHaveLength(1);
  });

  it('closes 4401 on a token that is not known, and says why', async () => {
    const client = await Client.open(realtime.url, { type: 'authenticate', token: 'nobody' }, subscribe('approvals'));
    expect(await client.closed).toBe(CLOSE_UNAUTHENTICATED);
    expect(client.messages).toEqual([{ type: 'error', code: 'unauthenticated', detail: 'The token is not known.' }]);
  });

  it('closes 4401 when no credential came in time', async () => {
    const hasty = await openRealtime(database, {}, { authenticateWithinMs: 50 });
    const client = await Client.open(hasty.url, subscribe('approvals'), { type: 'ping' });
    expect(await client.closed).toBe(CLOSE_UNAUTHENTICATED);
    expect(client.messages).toEqual([]);
    await hasty.close();
  });

  it('takes away what a later credential may not see', async () => {
    const both = await openRealtime(database, { vera: VIEWER, max: person('max', 'view_metrics') });
    const client = await subscriber(both.url);
    client.send({ type: 'authenticate', token: 'max' });
    expect(await client.receive('error')).toMatchObject({ code: 'forbidden', channel: 'approvals' });
    await both.publish(event(1));
    await both.flush();
    await client.settle();
    expect(client.events).toEqual([]);
    await both.close();
  });
});

describe('subscribing', () => {
  it('refuses each channel that is not permitted or does not exist, and gives the others', async () => {
    const client = await Client.open(
      realtime.url,
      AUTHENTICATE,
      subscribe('audit', 'approvals', 'nonsense', 'approvals', 'metrics'),
    );
    await client.receive('subscribed');
    expect(client.messages.slice(1)).toEqual([
      { type: 'error', code: 'forbidden', channel: 'audit', detail: expect.any(String) },
      { type: 'error', code: 'invalid_request', channel: 'nonsense', detail: expect.any(String) },
      { type: 'error', code: 'forbidden', channel: 'metrics', detail: expect.any(String) },
      { type: 'subscribed', channels: ['approvals'] },
    ]);
  });

  it('gives a machine no channel: events are not sorted by owner', async () => {
    const machine: Machine = {
      kind: 'machine',
      actor: 'key:laptop',
      keyId: 'key_1',
      name: 'laptop',
      serverId: 'installer',
      serverKind: 'installer',
      ownerId: 1,
      ownerUsername: 'vera',
      madeById: null,
      permissions: new Set(['view_results']),
    };
    const machines = await openRealtime(database, { laptop: machine });
    const client = await Client.open(machines.url, { type: 'authenticate', token: 'laptop' }, subscribe('servers'));
    expect(await client.receive('error')).toMatchObject({ code: 'forbidden', channel: 'servers' });
    expect(client.messages[0]).toEqual({ type: 'authenticated', username: 'key:laptop' });
    await machines.close();
  });

  it('ends with unsubscribing', async () => {
    const client = await subscriber();
    client.send({ type: 'unsubscribe', channels: ['approvals', 'audit'] });
    expect(await client.receive('unsubscribed')).toEqual({ type: 'unsubscribed', channels: ['approvals'] });
    await realtime.publish(event(1));
    await realtime.flush();
    await client.settle();
    expect(client.events).toEqual([]);
  });
});

describe('messages that are none', () => {
  it.each([
    ['{', 'malformed_json'],
    ['[]', 'invalid_request'],
    ['{"type":"shout"}', 'invalid_request'],
    ['{"type":"subscribe","channels":[]}', 'invalid_request'],
    ['{"type":"ping","more":1}', 'invalid_request'],
  ])('are answered and the connection goes on: %s', async (message, code) => {
    const client = await Client.open(realtime.url, AUTHENTICATE);
    client.send(message);
    expect(await client.receive('error')).toMatchObject({ code });
    await client.settle();
  });

  it('are refused in binary', async () => {
    const client = await Client.open(realtime.url, AUTHENTICATE);
    client.socket.send(Buffer.from('{"type":"ping"}'), { binary: true });
    expect(await client.receive('error')).toMatchObject({ code: 'malformed_json' });
  });

  it('close the connection when they are too large', async () => {
    const client = await Client.open(realtime.url, AUTHENTICATE);
    client.send(`"${'x'.repeat(20_000)}"`);
    expect(await client.closed).toBe(1009);
  });

  it('close the connection when they are too many', async () => {
    const client = await Client.open(realtime.url, AUTHENTICATE);
    for (let n = 0; n < 100; n += 1) client.send({ type: 'ping' });
    expect(await client.closed).toBe(1008);
    expect(client.messages.at(-1)).toMatchObject({ type: 'error', code: 'rate_limited' });
  });
});

describe('events', () => {
  it('arrive by themselves, whole, and only those of one’s channels', async () => {
    const client = await subscriber();
    await realtime.publish(event(1, 'assessments'), event(2));
    const arrived = await client.receive('event');
    expect(arrived).toEqual({
      type: 'event',
      id: expect.stringMatching(/^\d+$/),
      channel: 'approvals',
      event: 'approval.granted',
      timestamp: '2026-01-01T00:00:00.000Z',
      data: { n: 2 },
    });
    expect(client.events).toHaveLength(1);
  });

  it('of a transaction that is undone never arrive', async () => {
    const client = await subscriber();
    await transact(database.db, async (tx) => {
      await realtime.publishEvent(tx, event(1));
      return deny(refuse('forbidden', 'no'));
    });
    await realtime.publish(event(2));
    await client.receive('event');
    expect(numbers(client)).toEqual([2]);
  });

  it('are gathered into one frame', async () => {
    const client = await subscriber();
    await realtime.publish(...Array.from({ length: 50 }, (_, n) => event(n)));
    await client.receive('event', ({ data }) => data['n'] === 49);
    expect(client.frames.slice(2)).toEqual([50]);
    expect(numbers(client)).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  it('arrive once each and by growing ids, in the order of their transaction, from many writers at once', async () => {
    const client = await subscriber();
    await Promise.all(
      Array.from({ length: 10 }, async (_, writer) => {
        for (let n = 0; n < 10; n += 1) await realtime.publish(event(writer * 100 + n));
      }),
    );
    await realtime.flush();
    await client.settle();
    const ids = client.events.map(({ id }) => BigInt(id));
    expect(ids).toEqual([...ids].sort((a, b) => (a < b ? -1 : 1)));
    expect(new Set(numbers(client)).size).toBe(100);
    for (let writer = 0; writer < 10; writer += 1) {
      const own = numbers(client).filter((n) => Math.floor(Number(n) / 100) === writer);
      expect(own).toEqual([...own].sort((a, b) => Number(a) - Number(b)));
    }
  });

  it('are the same on every instance, whoever publishes', async () => {
    const again = await database.openAgain();
    const other = await openRealtime(again);
    const clients = [await subscriber(), await subscriber(other.url)];
    await Promise.all(
      [realtime, other].map(async (instance, which) => {
        for (let n = 0; n < 20; n += 1) await instance.publish(event(which * 100 + n));
      }),
    );
    await Promise.all([realtime.flush(), other.flush()]);
    await Promise.all(clients.map((client) => client.settle()));
    expect(clients[0]?.events).toHaveLength(40);
    expect(clients[1]?.events).toEqual(clients[0]?.events);
    await other.close();
    await again.close();
  });
});

describe('a replay', () => {
  it('sends what was missed, then what happens, each once and in order', async () => {
    const before = await subscriber();
    await realtime.publish(event(0));
    const { id } = await before.receive('event');
    await before.close();
    await realtime.publish(...Array.from({ length: 450 }, (_, n) => event(n + 1)), event(1_000, 'assessments'));
    await realtime.flush();

    const client = await Client.open(realtime.url, AUTHENTICATE, { ...subscribe('approvals'), since: id });
    // While it is under way.
    await realtime.publish(event(451));
    await client.receive('event', ({ data }) => data['n'] === 451);
    expect(client.messages[1]).toEqual({ type: 'subscribed', channels: ['approvals'] });
    expect(numbers(client)).toEqual(Array.from({ length: 451 }, (_, n) => n + 1));
  });

  it('has nothing to send when nothing was missed', async () => {
    await realtime.publish(event(1));
    await realtime.flush();
    const { max } = (await sql<{ max: string }>`select max(id) as max from events`.execute(database.db)).rows[0]!;
    const client = await subscriber(realtime.url, { ...subscribe('approvals'), since: max });
    await client.settle();
    expect(client.events).toEqual([]);
    await realtime.publish(event(2));
    await client.receive('event');
    expect(numbers(client)).toEqual([2]);
  });

  it('from the beginning is everything while everything is kept', async () => {
    await realtime.publish(event(1), event(2));
    await realtime.flush();
    const client = await subscriber(realtime.url, { ...subscribe('approvals'), since: '0' });
    await client.settle();
    expect(numbers(client)).toEqual([1, 2]);
  });

  it.each(['1', '999'])(
    'of what is no longer kept, or never was, is refused; what follows arrives (since %s)',
    async (since) => {
      await realtime.publish(event(1), event(2), event(3), event(4));
      await realtime.flush();
      await sql`update events set timestamp = timestamp - interval '2 days'`.execute(database.db);
      await removeEventsBefore(database.db, new Date('2025-12-31T00:00:00.000Z'));
      const client = await subscriber(realtime.url, { ...subscribe('approvals'), since });
      expect(client.messages[1]).toMatchObject({ type: 'error', code: 'not_found' });
      await realtime.publish(event(5));
      await client.receive('event');
      expect(numbers(client)).toEqual([5]);
    },
  );
});

describe('a connection', () => {
  it('is cut when it does not read', async () => {
    const [slow, quick] = [await subscriber(), await subscriber()];
    slow.socket.pause();
    const text = 'x'.repeat(100_000);
    const isCut = () => [...realtime.sockets].some((socket) => socket.readyState !== WebSocket.OPEN);
    let sent = 0;
    // First the operating system's own buffers fill, then ours.
    for (; !isCut(); sent += 1) {
      await realtime.publish({ ...event(sent), data: { n: sent, text } });
      await realtime.flush();
    }
    slow.socket.resume();
    expect(await slow.closed).toBe(CLOSE_TOO_SLOW);
    expect(slow.events.length).toBeLessThan(sent);
    await quick.receive('event', ({ data }) => data['n'] === sent - 1);
    expect(numbers(quick)).toEqual(Array.from({ length: sent }, (_, n) => n));
  });

  it('ends when its credential is no longer good, asked once a second at most', async () => {
    let valid = true;
    let now = 0;
    const asked: string[] = [];
    const strict = await openRealtime(
      database,
      { vera: VIEWER },
      {
        monotonic: () => now,
        isStillValid: (caller) => {
          asked.push(caller.actor);
          return valid;
        },
      },
    );
    const client = await subscriber(strict.url);
    await strict.publish(event(1));
    await client.receive('event');
    valid = false;
    now = 999;
    await strict.publish(event(2));
    await client.receive('event', ({ data }) => data['n'] === 2);
    expect(asked).toEqual([]);
    now = 1_000;
    await strict.publish(event(3));
    expect(await client.closed).toBe(CLOSE_UNAUTHENTICATED);
    expect(numbers(client)).toEqual([1, 2]);
    expect(asked).toEqual(['vera']);
    await strict.close();
  });

  it('ends when the credential cannot be checked', async () => {
    let now = 0;
    const broken = await openRealtime(
      database,
      { vera: VIEWER },
      {
        monotonic: () => now,
        isStillValid: () => Promise.reject(new Error('the database is away')),
      },
    );
    const client = await subscriber(broken.url);
    now = 1_000;
    await broken.publish(event(1));
    expect(await client.closed).toBe(1011);
    expect(client.events).toEqual([]);
    await broken.close();
  });

  it('is pinged, and cut when it does not answer', async () => {
    const lively = await openRealtime(database, { vera: VIEWER }, { heartbeatMs: 60 });
    const answering = await Client.open(lively.url, AUTHENTICATE);
    const silent = new Client(lively.url, { autoPong: false });
    let pings = 0;
    answering.socket.on('ping', () => {
      pings += 1;
    });
    expect(await silent.closed).toBe(1006);
    await answering.settle();
    expect(pings).toBeGreaterThan(0);
    await lively.close();
  });

  it('is told goodbye when the server stops', async () => {
    const other = await openRealtime(database);
    const client = await subscriber(other.url);
    await other.close();
    expect(await client.closed).toBe(1001);
  });
});

it('finds what it was not woken for', async () => {
  const listen = () => Promise.resolve(() => Promise.resolve());
  const deaf = await openRealtime(database, { vera: VIEWER }, { listen, fallbackMs: 20 });
  const client = await subscriber(deaf.url);
  await deaf.publish(event(1));
  await client.receive('event');
  await deaf.close();
});

it('goes on publishing what an instance left in the outbox', async () => {
  await realtime.stop();
  await transact(database.db, async (tx) => accept(await realtime.publishEvent(tx, event(1))));
  const next = await openRealtime(database);
  const client = await subscriber(next.url, { ...subscribe('approvals'), since: '0' });
  await client.receive('event');
  expect(numbers(client)).toEqual([1]);
  await next.close();
});
