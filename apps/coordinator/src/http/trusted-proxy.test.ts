import { afterEach, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/harness.ts';

let app: TestApp;
afterEach(() => app.close());

const FORWARDED = {
  'x-forwarded-for': '203.0.113.7',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'https',
  'x-real-ip': '203.0.113.7',
  forwarded: 'for=203.0.113.7;host=evil.example',
};
/** The address that a failed sign-in is held against. */
async function recordedAddress(headers: Record<string, string>): Promise<string> {
  await app.anyone('POST', '/auth/login', { username: 'nobody', password: 'wrong' }, headers);
  const { body } = await app.admin('GET', '/audit/logs?action=login_failed&target=nobody&limit=1');
  return body.logs[0].details.address as string;
}

it('without TRUST_PROXY nobody chooses the address they come from', async () => {
  app = await startTestApp();
  expect(await recordedAddress(FORWARDED)).toBe('127.0.0.1');
});

it('nor to be another than the one that is trusted', async () => {
  app = await startTestApp({ TRUST_PROXY: '10.0.0.1' });
  expect(await recordedAddress(FORWARDED)).toBe('127.0.0.1');
});

it('from a trusted proxy the nearest address that is not trusted counts, however many stand before it', async () => {
  app = await startTestApp({ TRUST_PROXY: '127.0.0.1,10.0.0.0/8' });
  expect(await recordedAddress(FORWARDED)).toBe('203.0.113.7');
  const chain = { 'x-forwarded-for': '198.51.100.1, 203.0.113.9, 10.1.2.3' };
  expect(await recordedAddress(chain)).toBe('203.0.113.9');
});

it('a rate limit is not dodged by another forwarded address each time', async () => {
  app = await startTestApp({ RATE_LIMIT_PER_MINUTE: '20' });
  const statuses = new Set<number>();
  for (let index = 0; index < 25; index += 1)
    statuses.add((await app.anyone('GET', '/users', undefined, { 'x-forwarded-for': `203.0.113.${index}` })).status);
  expect([...statuses]).toEqual([401, 429]);
});

it('a forwarded host is no Host, from a trusted proxy neither', async () => {
  app = await startTestApp({ TRUST_PROXY: '127.0.0.1' });
  const answer = await app.admin('GET', '/auth/permissions', undefined, FORWARDED);
  expect(answer.status).toBe(200);
  const { body } = await app.admin('GET', '/openapi.json', undefined, FORWARDED);
  expect(JSON.stringify(body.servers)).not.toContain('evil');
});
