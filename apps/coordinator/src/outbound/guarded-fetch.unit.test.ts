import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAllowList } from './allow-list.ts';
import { createGuardedFetch, type GuardedFetch, type ResolveHost } from './guarded-fetch.ts';

let server: Server;
let port: number;
let asked: string[];
const opened: GuardedFetch[] = [];
beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(`${request.headers.host} ${request.url}`);
    const away = request.url === '/away';
    // Nothing of a connection is left for the next request, which therefore resolves the name anew.
    const headers = { connection: 'close', ...(away ? { location: `http://127.0.0.1:${port}/secret` } : {}) };
    response.writeHead(away ? 307 : 200, headers).end('here');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((guarded) => guarded.close()));
  await new Promise((resolve) => server.close(resolve));
});

/** Answers in this order, and the last one from then on. */
const resolver = (...answers: string[][]): ResolveHost & { calls: string[] } => {
  const calls: string[] = [];
  const resolve = (name: string) => {
    calls.push(name);
    return Promise.resolve((answers.length > 1 ? answers.shift() : answers[0]) ?? []);
  };
  return Object.assign(resolve, { calls });
};
function guard(entries: string, resolve: ResolveHost): GuardedFetch {
  const list = parseAllowList(entries.replaceAll('PORT', String(port)));
  if ('wrong' in list) throw new Error(list.wrong);
  const guarded = createGuardedFetch(list, resolve);
  opened.push(guarded);
  return guarded;
}
const at = (host: string, path = '/') => `http://${host}:${port}${path}`;
/** What is at the bottom of a request that came to nothing. */
const failure = async (request: Promise<unknown>): Promise<string> => {
  const error = await request.then(
    () => expect.fail('it was answered'),
    (reason: Error & { cause?: Error }) => reason,
  );
  return `${error.message}: ${error.cause?.message ?? ''}`;
};

describe('a name on the list', () => {
  it('is reached at the address that was checked, under its own name, by one look-up', async () => {
    const resolve = resolver(['127.0.0.1'], ['10.9.9.9']);
    const { fetch } = guard('inner.example:PORT, 127.0.0.0/8', resolve);
    const answer = await fetch(at('inner.example'));
    expect([answer.status, await answer.text()]).toEqual([200, 'here']);
    expect(asked).toEqual([`inner.example:${port} /`]);
    expect(resolve.calls).toEqual(['inner.example']);
  });

  it.each([
    ['private', ['10.0.0.5']],
    ['loopback', ['127.0.0.1']],
    ['the metadata service', ['169.254.169.254']],
    ['loopback inside IPv6', ['::ffff:127.0.0.1']],
    ['loopback by NAT64', ['64:ff9b::7f00:1']],
    ['nothing at all', ['0.0.0.0']],
    ['one that is public and one that is not', ['8.8.8.8', '127.0.0.1']],
  ])('is not reached where it resolves to an address that is %s', async (_, addresses) => {
    const { fetch, check } = guard('mcp.example.com:PORT', resolver(addresses));
    expect(await check(new URL(at('mcp.example.com')))).toMatchObject({
      ok: false,
      refusal: expect.stringContaining('which is not public and not allowed'),
    });
    expect(await failure(fetch(at('mcp.example.com')))).toContain('which is not public and not allowed');
    expect(asked).toEqual([]);
  });

  it('that changes its address between the check and the connection is not reached (rebinding)', async () => {
    const resolve = resolver(['8.8.8.8'], ['127.0.0.1']);
    const { fetch, check } = guard('mcp.example.com:PORT', resolve);
    expect((await check(new URL(at('mcp.example.com')))).ok).toBe(true);
    expect(await failure(fetch(at('mcp.example.com')))).toContain('resolves to 127.0.0.1');
    expect(asked).toEqual([]);
  });

  it('that does not resolve is not reached, and why is said', async () => {
    const gone = guard('gone.example:PORT', () => Promise.reject(new Error('ENOTFOUND')));
    expect(await gone.check(new URL(at('gone.example')))).toEqual({ ok: false, refusal: 'cannot be resolved' });
    expect(await failure(gone.fetch(at('gone.example')))).toContain('ENOTFOUND');
    const empty = guard('gone.example:PORT', resolver([]));
    expect(await empty.check(new URL(at('gone.example')))).toEqual({ ok: false, refusal: 'resolves to no address' });
  });
});

it('a redirect is not followed, to wherever it leads', async () => {
  const { fetch } = guard('inner.example:PORT, 127.0.0.1:PORT, 127.0.0.0/8', resolver(['127.0.0.1']));
  expect(await failure(fetch(at('inner.example', '/away')))).toContain('redirect');
  // Not even where the caller asks for it.
  expect(await failure(fetch(at('inner.example', '/away'), { redirect: 'follow' }))).toContain('redirect');
  expect(asked).toEqual([`inner.example:${port} /away`, `inner.example:${port} /away`]);
});

it('loopback stays usable for whoever listed it: by address, or as localhost', async () => {
  const resolve = resolver(['127.0.0.1']);
  const { fetch, check } = guard('127.0.0.1:PORT, localhost:PORT', resolve);
  expect((await fetch(at('127.0.0.1'))).status).toBe(200);
  expect(resolve.calls).toEqual([]);
  expect((await fetch(at('localhost'))).status).toBe(200);
  expect((await check(new URL(at('localhost')))).ok).toBe(true);
  // A hosts file that sends it elsewhere does not make that place loopback.
  const elsewhere = guard('localhost:PORT', resolver(['10.0.0.5']));
  expect((await elsewhere.check(new URL(at('localhost')))).ok).toBe(false);
});

it.each([
  ['another port', 'http://mcp.example.com:1/'],
  ['another host', 'http://evil.example:PORT/'],
  ['its address', 'http://127.0.0.1:PORT/'],
  ['a password', 'http://a:b@mcp.example.com:PORT/'],
  ['another protocol', 'ftp://mcp.example.com:PORT/'],
])('what is not listed is not even resolved: %s', async (_, url) => {
  const resolve = resolver(['127.0.0.1']);
  const { fetch, check } = guard('mcp.example.com:PORT, 127.0.0.0/8', resolve);
  const target = url.replace('PORT', String(port));
  expect((await check(new URL(target))).ok).toBe(false);
  expect(await failure(fetch(target))).toMatch(/is not|holds/);
  expect([resolve.calls, asked]).toEqual([[], []]);
});
