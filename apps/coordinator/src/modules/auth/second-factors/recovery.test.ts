import { createAuthenticator } from '@mcp-coordinator/core/testing/soft-authenticator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ask, startTestApp, type TestApp } from '../../../testing/harness.ts';
import { auditOf, dumpEverything } from '../../../testing/road-state.ts';
import { addPasskey, expectRefused, somebody, withPasskey, withTotp } from '../testing/second-factor-people.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ LOGIN_LIMIT_PER_MINUTE: '10000', PUBLIC_URL: 'http://localhost:3000' });
});
afterAll(() => app.close());

const failed = (during: string, reason: string, factor = 'recovery_code') =>
  ({ action: 'second_factor_failed', details: { during, factor, reason } }) as const;
const left = async (ask: Ask): Promise<number> => (await ask('GET', '/auth/mfa')).body.recoveryCodesLeft;

describe('a recovery code', () => {
  it('signs in once, however it is typed, and leaves a record of its own', async () => {
    const person = await withTotp(app);
    const [code = '', other = ''] = person.recoveryCodes;
    expect(code).toMatch(/^([0-9A-Z]{4}-){5}[0-9A-Z]{4}$/);
    person.take(await person.signIn({ recoveryCode: ` ${code.toLowerCase().replaceAll('-', ' ')}` }));
    expect(await left(person.ask)).toBe(9);
    expect(await auditOf(app, 'recovery_code_used', person.username)).toMatchObject({
      details: { during: 'sign_in', left: 9 },
    });
    for (const again of [code, code.replaceAll('-', '')]) {
      const record = failed('sign_in', 'recovery_code_used');
      await expectRefused(app, person, () => person.signIn({ recoveryCode: again }), 'second_factor_refused', record);
    }
    const stranger = await withTotp(app);
    const foreign = failed('sign_in', 'wrong_recovery_code');
    await expectRefused(
      app,
      stranger,
      () => stranger.signIn({ recoveryCode: other }),
      'second_factor_refused',
      foreign,
    );
    expect(await dumpEverything(app)).not.toContain(other.replaceAll('-', ''));
  });

  it('serves one of twenty at the same time', async () => {
    const person = await withTotp(app);
    const [recoveryCode] = person.recoveryCodes;
    const answers = await Promise.all(Array.from({ length: 20 }, () => person.signIn({ recoveryCode })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('mints no approval token', async () => {
    const person = await withTotp(app);
    const mint = () => person.mint({ recoveryCode: person.recoveryCodes[0] });
    await expectRefused(app, person, mint, 'invalid_request');
  });

  it('removes the factor that was lost; with the last factor the codes go', async () => {
    const person = await withTotp(app);
    const [first, second] = person.recoveryCodes;
    const { passkeyId } = await addPasskey(person, createAuthenticator(), { recoveryCode: first });
    person.take(await person.ask('POST', '/auth/mfa/totp/remove', { recoveryCode: second }));
    expect((await person.ask('GET', '/auth/mfa')).body).toMatchObject({ enrolled: true, recoveryCodesLeft: 8 });
    const third = { recoveryCode: person.recoveryCodes[2] };
    person.take(await person.ask('POST', `/auth/mfa/passkeys/${passkeyId}/remove`, third));
    expect((await person.ask('GET', '/auth/mfa')).body).toMatchObject({ enrolled: false, recoveryCodesLeft: 0 });
  });

  it('is made anew with a factor; the former ones are void', async () => {
    const person = await withTotp(app);
    const make = (body: object) => () => person.ask('POST', '/auth/mfa/recovery-codes', body);
    const asked = { action: 'second_factor_requested', details: { during: 'manage_factors' } } as const;
    await expectRefused(app, person, make({ password: person.password }), 'mfa_required', asked);
    const made = await make({ otp: await person.freshCode() })();
    expect(made.body.recoveryCodes).toHaveLength(10);
    const old = () => person.signIn({ recoveryCode: person.recoveryCodes[0] });
    await expectRefused(app, person, old, 'second_factor_refused', failed('sign_in', 'wrong_recovery_code'));
    expect((await person.signIn({ recoveryCode: made.body.recoveryCodes[0] })).status).toBe(200);
    const plain = await somebody(app);
    const nothing = () => plain.ask('POST', '/auth/mfa/recovery-codes', { password: plain.password });
    await expectRefused(app, plain, nothing, 'not_found');
  });
});

describe('an admin', () => {
  const reset = (ask: Ask, id: number | string, body: object = {}) => ask('POST', `/users/${id}/reset-mfa`, body);
  const idOf = async (username: string): Promise<number> =>
    (await app.admin('GET', '/users?limit=200')).body.users.find(
      (user: { username: string }) => user.username === username,
    ).id;

  it('resets the factors of someone who lost them all, which ends their sessions', async () => {
    const person = await withPasskey(app);
    const done = await reset(app.admin, await idOf(person.username));
    expect(done.body).toMatchObject({ success: true, removed: 1 });
    expect((await person.ask('GET', '/auth/mfa')).body.code).toBe('session_expired');
    const answer = person.take(await person.signIn());
    expect(answer.status).toBe(200);
    expect((await person.ask('GET', '/auth/mfa')).body).toMatchObject({ enrolled: false, recoveryCodesLeft: 0 });
    expect(await auditOf(app, 'second_factors_reset', person.username)).toMatchObject({
      actor: 'admin',
      details: { removed: 1 },
    });
  });

  it('who has a second factor needs it for that, fresh; nobody else may', async () => {
    const [victim, boss] = [await withTotp(app), await withTotp(app, 'admin')];
    const id = await idOf(victim.username);
    const asked = { action: 'second_factor_requested', details: { during: 'manage_users' } } as const;
    await expectRefused(app, boss, () => reset(boss.ask, id), 'mfa_required', asked);
    const wrong = failed('manage_users', 'wrong_code', 'totp');
    await expectRefused(app, boss, () => reset(boss.ask, id, { otp: '000000' }), 'second_factor_refused', wrong);
    await expectRefused(app, victim, () => reset(victim.ask, id), 'forbidden');
    const otp = await boss.freshCode();
    expect((await reset(boss.ask, 999_999, { otp })).body.code).toBe('not_found');
    expect((await reset(boss.ask, id, { otp })).status).toBe(200);
    const before = await boss.ask('GET', '/auth/mfa');
    const again = await reset(boss.ask, id, { otp: await boss.freshCode() });
    expect(again.body).toMatchObject({ removed: 0 });
    expect((await boss.ask('GET', '/auth/mfa')).body).toEqual(before.body);
  });

  it('who has a second factor needs it to make and to change accounts', async () => {
    const boss = await withTotp(app, 'admin');
    const { username } = await somebody(app, 'viewer');
    const id = await idOf(username);
    const asked = { action: 'second_factor_requested', details: { during: 'manage_users' } } as const;
    const body = { username: `${username}-2`, password: 'a kelp forest 17', role: 'viewer' };
    const change = (factor: object) => () => boss.ask('PATCH', `/users/${id}`, { role: 'approver', ...factor });
    const create = (factor: object) => () => boss.ask('POST', '/users', { ...body, ...factor });
    for (const act of [change, create]) {
      await expectRefused(app, boss, act({}), 'mfa_required', asked);
      const wrong = failed('manage_users', 'wrong_code', 'totp');
      await expectRefused(app, boss, act({ otp: '000000' }), 'second_factor_refused', wrong);
      const otp = await boss.freshCode();
      expect((await act({ otp })()).body.success).toBe(true);
      const used = failed('manage_users', 'code_used', 'totp');
      await expectRefused(app, boss, act({ otp }), 'second_factor_refused', used);
    }
    expect((await boss.ask('PATCH', `/users/${id}`, { otp: '000000' })).body.code).toBe('invalid_request');
  });
});
