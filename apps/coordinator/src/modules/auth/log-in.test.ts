import bcrypt from 'bcrypt';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { tidy } from './housekeeping.ts';
import { type AuthFixture, openAuth, PASSWORD } from './testing/open-auth.ts';

let on: AuthFixture;
beforeAll(async () => {
  on = await openAuth();
});
afterAll(() => on.database.close());
beforeEach(() => on.reset());

const codeOf = (answer: Awaited<ReturnType<AuthFixture['login']>>) =>
  'refusal' in answer ? answer.refusal.code : 'ok';
const failTimes = async (times: number, name = 'ada', address = '192.0.2.1') => {
  for (let n = 0; n < times; n += 1)
    expect(codeOf(await on.login(name, 'wrong', { address }))).toBe('invalid_credentials');
};

describe('a login', () => {
  it('answers a token, its end, the user and the cookie, whatever the case of the name', async () => {
    const id = await on.addUser('ada', 'admin');
    const answer = await on.login('ＡDA');
    if ('refusal' in answer) throw new Error(answer.refusal.detail);
    const expiresAt = new Date(on.clock().getTime() + 3600_000).toISOString();
    expect(answer).toMatchObject({
      status: 200,
      body: { success: true, expiresAt, user: { id, username: 'ada', role: 'admin' } },
      cookies: [{ name: 'mcp_session', maxAgeSeconds: 12 * 3600 }],
    });
    expect(Object.keys(answer.body)).toEqual(['success', 'token', 'expiresAt', 'user']);
    expect(decodeProtectedHeader(answer.body.token).alg).toBe('HS256');
    expect(decodeJwt(answer.body.token)).toMatchObject({ iss: 'http://localhost:3000', sub: String(id) });
    expect(await on.whoIs(answer.body.token)).toBe('ada');
  });

  it('leaves its record, and the time of the last login', async () => {
    const id = await on.addUser('ada', 'admin');
    await on.login('ada');
    expect(await on.records()).toEqual([
      {
        ...{ action: 'login_succeeded', actor: 'ada', target: 'ada', result: 'success' },
        ...{ details: { address: '192.0.2.1' }, requestId: 'req-1' },
      },
    ]);
    const user = await on.db.selectFrom('users').select('last_login_at').where('id', '=', id).executeTakeFirstOrThrow();
    expect(user.last_login_at).toEqual(on.clock());
  });

  it.each([
    ['an unknown user', 'nobody', PASSWORD, { actor: 'anonymous', target: 'nobody', reason: 'unknown_user' }],
    ['a wrong password', 'ada', 'wrong', { actor: 'ada', target: 'ada', reason: 'wrong_password' }],
    ['a disabled user', 'dora', PASSWORD, { actor: 'dora', target: 'dora', reason: 'account_disabled' }],
    ['a disabled user and a wrong password', 'dora', 'no', { actor: 'dora', target: 'dora', reason: 'wrong_password' }],
    [
      'a name that cannot be one',
      'my secret pass!',
      PASSWORD,
      { actor: 'anonymous', target: 'anonymous', reason: 'unknown_user' },
    ],
    ['a NUL in the name', 'ad\u0000a', PASSWORD, { actor: 'anonymous', target: 'anonymous', reason: 'unknown_user' }],
    ['a reserved name', 'system', PASSWORD, { actor: 'anonymous', target: 'anonymous', reason: 'unknown_user' }],
  ])('with %s is refused alike, and opens nothing', async (_what, name, password, { actor, target, reason }) => {
    await on.addUser('ada', 'admin');
    await on.addUser('dora', 'admin', { disabled: true });
    const answer = await on.login(name, password);
    expect(answer).toEqual({
      refusal: { code: 'invalid_credentials', detail: 'The user name or the password is wrong.' },
    });
    expect(await on.db.selectFrom('sessions').select('id').execute()).toEqual([]);
    expect(await on.records()).toEqual([
      {
        ...{ action: 'login_failed', actor, target, result: 'denied' },
        ...{ details: { address: '192.0.2.1', reason }, requestId: 'req-1' },
      },
    ]);
    const all = await on.everything();
    expect(all).not.toContain(PASSWORD);
    expect(all).not.toContain('secret pass');
  });
});

describe('an account', () => {
  it.each(['ada', 'nobody'])(
    'named %s is locked by ten failures, for the right password too, and after a restart',
    async (name) => {
      await on.addUser('ada', 'admin');
      await failTimes(10, name);
      const before = await on.everything();
      const restarted = on.instance(on.database);
      const answer = await on.login(name, PASSWORD, { address: '198.51.100.9' }, restarted);
      expect(answer).toMatchObject({ refusal: { code: 'rate_limited', retryAfterSeconds: 60 } });
      expect(await on.everything()).not.toBe(before);
      expect((await on.records()).filter((record) => record.action === 'login_throttled')).toEqual([
        {
          ...{ action: 'login_throttled', actor: 'anonymous', target: name, result: 'denied', requestId: 'req-1' },
          details: { address: '198.51.100.9', because: 'account', attempts: 1 },
        },
      ]);
      expect(await on.db.selectFrom('sessions').select('id').execute()).toEqual([]);
    },
  );

  it('opens after a minute, locks for two at the next failure, and forgets all at a success', async () => {
    await on.addUser('ada', 'admin');
    await failTimes(10);
    on.advance(59);
    expect(await on.login('ada')).toMatchObject({ refusal: { code: 'rate_limited', retryAfterSeconds: 1 } });
    on.advance(1);
    await failTimes(1);
    expect(await on.login('ada')).toMatchObject({ refusal: { code: 'rate_limited', retryAfterSeconds: 120 } });
    on.advance(120);
    expect(codeOf(await on.login('ada'))).toBe('ok');
    await failTimes(9);
    expect(codeOf(await on.login('ada'))).toBe('ok');
  });

  it('gives no more guesses to many at once than in a row, but for those already under way', async () => {
    await on.addUser('ada', 'admin');
    const answers = await Promise.all(Array.from({ length: 40 }, () => on.login('ada', 'wrong')));
    const checked = answers.filter((answer) => codeOf(answer) === 'invalid_credentials').length;
    expect(checked).toBeGreaterThanOrEqual(10);
    expect(checked).toBeLessThanOrEqual(11);
    expect(answers.filter((answer) => codeOf(answer) === 'rate_limited')).toHaveLength(40 - checked);
    const { failures } = await on.db
      .selectFrom('login_failures')
      .select('failures')
      .where('subject', '=', 'account:ada')
      .executeTakeFirstOrThrow();
    expect(failures).toBe(checked);
  });

  it('lets twenty right logins in at once', async () => {
    await on.addUser('ada', 'admin');
    const answers = await Promise.all(Array.from({ length: 20 }, () => on.login('ada')));
    expect(answers.map(codeOf)).toEqual(Array(20).fill('ok'));
  });
});

describe('an address', () => {
  it('is locked by a hundred failures at whatever names, others are not, and a success there forgets nothing', async () => {
    await on.addUser('ada', 'admin');
    for (let n = 0; n < 99; n += 1) {
      if (n === 50) on.advance(61);
      await failTimes(1, `name-${n % 50}`, '2001:db8::1');
    }
    expect(codeOf(await on.login('ada', PASSWORD, { address: '2001:db8::2' }))).toBe('ok');
    await failTimes(1, 'name-x', '2001:db8::3');
    expect(await on.login('ada', PASSWORD, { address: '2001:db8::4' })).toMatchObject({
      refusal: { code: 'rate_limited', retryAfterSeconds: 60 },
    });
    expect(codeOf(await on.login('ada', PASSWORD, { address: '2001:db8:0:1::1' }))).toBe('ok');
  });

  it('may log in 120 times a minute', async () => {
    await on.addUser('ada', 'admin');
    for (let n = 0; n < 120; n += 1) expect(codeOf(await on.login('ada'))).toBe('ok');
    on.advance(20);
    expect(await on.login('ada')).toMatchObject({ refusal: { code: 'rate_limited', retryAfterSeconds: 40 } });
    expect(codeOf(await on.login('ada', PASSWORD, { address: '192.0.2.2' }))).toBe('ok');
    on.advance(40);
    expect(codeOf(await on.login('ada'))).toBe('ok');
  });
});

it('records a flood of throttled logins as one and a sum a minute', async () => {
  await on.addUser('ada', 'admin');
  await failTimes(10);
  const instance = on.instance(on.database);
  const attempts = async () =>
    (await on.records())
      .filter((record) => record.action === 'login_throttled')
      .map(({ details, requestId }) => [details?.attempts, details?.since, requestId]);
  for (let n = 0; n < 5; n += 1) await on.login('ada', PASSWORD, { requestId: `req-${n}` }, instance);
  expect(await attempts()).toEqual([[1, undefined, 'req-0']]);
  await instance.stop();
  expect(await attempts()).toEqual([
    [1, undefined, 'req-0'],
    [4, new Date(Math.floor(on.clock().getTime() / 60_000) * 60_000).toISOString(), null],
  ]);
});

it('forgets what can matter no more, and nothing else', async () => {
  await on.addUser('ada', 'admin');
  await on.signIn('ada');
  await failTimes(10);
  const subjects = async () =>
    (await on.db.selectFrom('login_failures').select('subject').orderBy('subject').execute()).map((row) => row.subject);
  const flush = async () => undefined;
  const tidying = { db: on.db, clock: on.clock, throttles: { note: flush, flush }, revokeExpired: flush };
  on.advance(86_401);
  await tidy(tidying);
  expect(await subjects()).toEqual(['account:ada']);
  on.advance(61);
  await tidy(tidying);
  expect(await subjects()).toEqual([]);
  on.advance(29 * 86_400 - 63);
  await tidy(tidying);
  expect(await on.db.selectFrom('sessions').select('id').execute()).toHaveLength(1);
  on.advance(2);
  await tidy(tidying);
  expect(await on.db.selectFrom('sessions').select('id').execute()).toEqual([]);
});

describe('a guess costs the same,', () => {
  /** The hashes that were compared, and how many at once at most. */
  async function comparing(work: () => Promise<unknown>): Promise<{ costs: string[]; atOnce: number }> {
    const costs: string[] = [];
    let [running, atOnce] = [0, 0];
    const compare = bcrypt.compare.bind(bcrypt);
    const watch = async (given: string | Buffer, hash: string): Promise<boolean> => {
      costs.push(hash.slice(0, 7));
      running += 1;
      atOnce = Math.max(atOnce, running);
      try {
        return await compare(given, hash);
      } finally {
        running -= 1;
      }
    };
    // It has a form with a callback too, which nobody here uses.
    const watched = vi.spyOn(bcrypt, 'compare').mockImplementation(watch as never);
    await work();
    watched.mockRestore();
    return { costs, atOnce };
  }

  it('whether or not there is such an account, and whether it is disabled', async () => {
    await on.addUser('ada', 'user');
    await on.addUser('dora', 'user', { disabled: true });
    const guess = (name: string, password?: string) => comparing(() => on.login(name, password));
    const known = await guess('ada', 'wrong');
    expect(known.costs).toEqual(['$2b$04$']);
    const others: [string, string?][] = [
      ['nobody-here', 'wrong'],
      ['dora', 'wrong'],
      ['dora'],
      ['ada', 'x'.repeat(100)],
    ];
    for (const [name, password] of others) expect(await guess(name, password), name).toEqual(known);
  });

  it('and a flood of them takes no more than two threads', async () => {
    await on.addUser('ada', 'user');
    const names = Array.from({ length: 40 }, (_, index) => (index % 2 ? 'ada' : `nobody-${index}`));
    const { costs, atOnce } = await comparing(() =>
      Promise.all(names.map((name, index) => on.login(name, 'wrong', { address: `192.0.2.${index}` }))),
    );
    expect(atOnce).toBe(2);
    // Half of them are at one account, which is locked after ten.
    expect(costs.length).toBeLessThanOrEqual(20 + 10 + 2);
  });
});
