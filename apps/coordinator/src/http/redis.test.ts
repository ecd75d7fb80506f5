import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startTestApp, type TestApp, until } from '../testing/harness.ts';
import { startRedis, type TestRedis } from '../testing/start-redis.ts';

const LIMIT = 40;
/** Far below a request's own time limit, on a machine that does other things too. */
const SOON_MS = 3_000;

let redis: TestRedis;
let apps: [TestApp, TestApp];
beforeAll(async () => {
  redis = await startRedis();
  // With databases of their own: what one knows of the other comes over Redis alone.
  const environment = { REDIS_URL: redis.url, RATE_LIMIT_PER_MINUTE: `${LIMIT}`, TRUST_PROXY: '127.0.0.1' };
  apps = await Promise.all([startTestApp(environment), startTestApp(environment)]);
});
afterAll(async () => {
  for (const app of apps ?? []) await app.close();
  await redis?.kill();
});

let address = 0;
beforeEach(() => {
  address += 1;
});
const ask = async (app: TestApp) => {
  const answer = await app.anyone('GET', '/auth/permissions', undefined, { 'x-forwarded-for': `203.0.113.${address}` });
  const left = Number(/r=(\d+)/.exec(answer.headers.get('ratelimit') ?? '')?.[1]);
  return { status: answer.status, left };
};
/** Whether the one sees at once what the other has answered. */
const countTogether = async (): Promise<boolean> => {
  const { left } = await ask(apps[0]);
  return (await ask(apps[1])).left === left - 1;
};

it('coordinators with one Redis count requests together, and each at once', async () => {
  await until('both are connected', countTogether);
  address += 1;
  const answers = [];
  for (let count = 0; count < LIMIT + 2; count += 1) answers.push((await ask(apps[count % 2 === 0 ? 0 : 1])).status);
  expect(answers).toEqual([...Array.from({ length: LIMIT }, () => 401), 429, 429]);
});

it('without it each counts for itself, answers as before, and comes back to it', async () => {
  await until('both are connected', countTogether);
  await redis.kill();
  address += 1;
  const answers = [];
  for (let count = 0; count < LIMIT + 1; count += 1) answers.push(await ask(apps[0]));
  expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: LIMIT }, () => 401), 429]);
  expect(await ask(apps[1])).toEqual({ status: 401, left: LIMIT - 1 });
  expect((await apps[1].anyone('GET', '/readyz')).status).toBe(200);
  await redis.start();
  address += 1;
  await until('they count together again', countTogether);
});

it('one that hangs holds up no request for long', async () => {
  await until('both are connected', countTogether);
  redis.pause();
  const since = performance.now();
  expect((await ask(apps[0])).status).toBe(401);
  expect(performance.now() - since).toBeLessThan(SOON_MS);
  redis.goOn();
  await until('they count together again', countTogether);
});
