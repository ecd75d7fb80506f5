import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/harness.ts';
import { openLink } from '../testing/open-link.ts';
import { expectProblem } from '../testing/problems.ts';

const LIMIT = 12;
const SERVER = 'installer-1';
let app: TestApp;
let key: string;
beforeAll(async () => {
  app = await startTestApp({ RATE_LIMIT_PER_MINUTE: String(LIMIT), TRUST_PROXY: '127.0.0.1' });
  key = (await app.machineKey('installer', SERVER)).key;
});
afterAll(() => app.close());

const ask = () => app.admin('GET', '/auth/permissions');
const left = (headers: Headers) => Number(/r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]);

it('counts each principal for itself, says what is left, and refuses what is too much', async () => {
  const first = await ask();
  expect(first.headers.get('ratelimit-policy')).toBe(`"default";q=${LIMIT};w=60`);
  expect(first.headers.get('ratelimit')).toMatch(/^"default";r=\d+;t=\d+$/);
  for (let rest = left(first.headers) - 1; rest >= 0; rest -= 1) {
    const answer = await ask();
    expect([answer.status, left(answer.headers)]).toEqual([200, rest]);
  }
  const over = await ask();
  expectProblem(over, 'rate_limited');
  const seconds = Number(over.headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(60);
  expect(left(over.headers)).toBe(0);
  expect(over.body.detail).toContain(`${seconds} s`);

  // Somebody without a credential is another principal, by address, and so is a machine.
  const { body, headers } = await app.anyone('GET', '/auth/permissions');
  expect(body.code).toBe('unauthenticated');
  expect(left(headers)).toBeLessThan(LIMIT);
});

it('what comes without a credential is limited by address, wrong credentials included', async () => {
  const codes = new Set<string>();
  for (let count = 0; count <= LIMIT; count += 1) {
    codes.add((await app.as(`nonsense-${count}`)('GET', '/auth/permissions')).body.code);
  }
  expect([...codes]).toEqual(['unauthenticated', 'rate_limited']);
  expectProblem(await app.anyone('POST', '/auth/login', { username: 'admin', password: 'x' }), 'rate_limited');
});

it('nothing that nobody may do is free: paths that are not there count as well', async () => {
  const answer = await app.anyone('GET', '/nothing-here');
  expectProblem(answer, 'rate_limited');
});

describe('WebSockets', () => {
  const open = async (path: string, headers: Record<string, string>) => {
    const { socket, refused } = await openLink(app, path, headers);
    socket.terminate();
    return refused?.code ?? 'opened';
  };
  const often = async (path: string, headers: (count: number) => Record<string, string>) => {
    const answers = [];
    for (let count = 0; count <= LIMIT; count += 1) answers.push(await open(path, headers(count)));
    return answers;
  };

  it('count by whose they are, links as well', async () => {
    const answers = await often(SERVER, () => ({ authorization: `Bearer ${key}` }));
    expect(answers).toEqual([...Array.from({ length: LIMIT }, () => 'opened'), 'rate_limited']);
    expectProblem(await app.as(key)('GET', '/servers'), 'rate_limited');
  });

  it('count by where they come from without a good credential, by the word of a trusted proxy alone', async () => {
    const from = (address: string) => ({ 'x-forwarded-for': address });
    expect((await often('/ws', () => from('203.0.113.1'))).at(-1)).toBe('rate_limited');
    const guesses = await often('/ws', (count) => ({ ...from('203.0.113.2'), authorization: `Bearer guess-${count}` }));
    expect(guesses).toEqual([...Array.from({ length: LIMIT }, () => 'unauthenticated'), 'rate_limited']);
    const dodged = await often('/ws', (count) => from(`198.51.100.${count}, 203.0.113.3`));
    expect(dodged.at(-1), 'what a client writes before the proxy counts for nothing').toBe('rate_limited');
    expect(await open('/ws', from('203.0.113.4'))).toBe('opened');
  });
});
