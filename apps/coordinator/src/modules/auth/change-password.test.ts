import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '../../http/caller.ts';
import { type AuthFixture, callOf, openAuth, PASSWORD, warmUp } from './testing/open-auth.ts';

let on: AuthFixture;
beforeAll(async () => {
  on = await openAuth();
});
afterAll(() => on.database.close());
beforeEach(async () => {
  await on.reset();
  await on.addUser('ada', 'user');
});

const NEW = 'another-kelp-forest';
const change = (caller: Person, currentPassword = PASSWORD, newPassword = NEW) =>
  on.auth.handlers.changePassword(callOf(caller, { body: { currentPassword, newPassword } }));

describe('changePassword', () => {
  it('ends every session and answers a fresh one', async () => {
    const [first, second] = [await on.signIn('ada'), await on.signIn('ada')];
    const answer = await change(first.caller);
    if ('refusal' in answer) throw new Error(answer.refusal.detail);
    expect(answer.body.user).toEqual({ id: first.caller.userId, username: 'ada', role: 'user' });
    expect(await on.whoIs(answer.body.token)).toBe('ada');
    expect((await on.auth.authenticate({ cookie: answer.cookies?.[0]?.value, fresh: false })).ok).toBe(true);
    expect(await on.whoIs(first.token)).toBe('session_expired');
    expect(await on.whoIs(second.token)).toBe('session_expired');
    expect(await on.login('ada')).toMatchObject({ refusal: { code: 'invalid_credentials' } });
    expect((await on.signIn('ada', NEW)).caller.username).toBe('ada');
    expect((await on.records()).find((record) => record.action === 'password_changed')).toEqual({
      ...{ action: 'password_changed', actor: 'ada', target: 'ada', result: 'success' },
      ...{ details: { sessionsEnded: 2 }, requestId: 'req-2' },
    });
    expect(await on.everything()).not.toContain(NEW);
  });

  it.each([
    ['weak', 'password1234'],
    ['short', 'short'],
    ['present', PASSWORD],
  ])('refuses a %s password, and changes nothing', async (_what, password) => {
    const { caller, token } = await on.signIn('ada');
    const before = await on.everything();
    expect(await change(caller, PASSWORD, password)).toMatchObject({
      refusal: { code: 'weak_password', errors: [{ path: '/newPassword' }] },
    });
    expect(await on.everything()).toBe(before);
    expect(await on.whoIs(token)).toBe('ada');
  });

  it('refuses a wrong current password, counts it as a failed login, and ends nothing', async () => {
    const { caller, token } = await on.signIn('ada');
    for (let n = 0; n < 10; n += 1) {
      expect(await change(caller, 'wrong')).toMatchObject({ refusal: { code: 'invalid_credentials' } });
    }
    expect(await change(caller)).toMatchObject({ refusal: { code: 'rate_limited', retryAfterSeconds: 60 } });
    expect(await on.login('ada')).toMatchObject({ refusal: { code: 'rate_limited' } });
    expect(await on.whoIs(token)).toBe('ada');
    const records = await on.records();
    expect(records.filter((record) => record.action === 'login_failed')).toHaveLength(10);
    expect(records.find((record) => record.action === 'login_failed')).toMatchObject({
      ...{ actor: 'ada', target: 'ada', result: 'denied' },
      details: { reason: 'wrong_password', during: 'password_change' },
    });
    expect(records.filter((record) => record.action === 'login_throttled')).toHaveLength(1);
    on.advance(60);
    expect((await on.signIn('ada')).caller.username).toBe('ada');
  });

  it.each([1, 2, 3])('at the same time as another lets one of them win (%i)', async () => {
    const { caller } = await on.signIn('ada');
    await warmUp(on.database);
    const answers = await Promise.all([
      change(caller, PASSWORD, 'first-kelp-forest'),
      change(caller, PASSWORD, 'second-kelp-forest'),
    ]);
    expect(answers.map((answer) => ('refusal' in answer ? answer.refusal.code : answer.status)).sort()).toEqual([
      200,
      'invalid_credentials',
    ]);
    const open = on.db.selectFrom('sessions').select('id').where('ended_at', 'is', null);
    expect(await open.execute()).toHaveLength(1);
  });
});
