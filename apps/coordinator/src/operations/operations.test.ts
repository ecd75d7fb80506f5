import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeAt, withTotp } from '../modules/auth/testing/second-factor-people.ts';
import { startTestApp, TEST_SECRET, type TestApp } from '../testing/harness.ts';
import { auditOf } from '../testing/road-state.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ PUBLIC_URL: 'http://localhost:3000' });
});
afterAll(() => app.close());

const operate = (request: object) => app.coordinator.operate({ operator: 'root', request });

describe('letting somebody back in', () => {
  const recover = (username: string, more: object = {}) =>
    operate({ operation: 'recover_user', username, removeSecondFactors: false, ...more });

  it('ends a lock-out, sets the password, ends the sessions, and is recorded', async () => {
    const person = await app.person('admin');
    const signIn = (password: string) => app.anyone('POST', '/auth/login', { username: person.username, password });
    for (let attempt = 0; attempt < 11; attempt++) await signIn('wrong');
    expect((await signIn(`a password for ${person.username} 1`)).status).toBe(429);
    const password = 'a wholly different one 7';
    expect(await recover(person.username, { password })).toMatchObject({
      ok: true,
      value: { username: person.username, passwordChanged: true, secondFactorsRemoved: 0, sessionsEnded: 1 },
    });
    expect((await person.ask('GET', '/auth/permissions')).status).toBe(401);
    expect((await signIn(`a password for ${person.username} 1`)).status).toBe(401);
    expect((await signIn(password)).status).toBe(200);
    expect(await auditOf(app, 'user_recovered', person.username)).toMatchObject({
      actor: 'system',
      details: { operator: 'root', passwordChanged: true, secondFactorsRemoved: 0, sessionsEnded: 1 },
    });
  });

  it('leaves second factors, or takes them where that is asked for', async () => {
    const person = await withTotp(app);
    expect(await recover(person.username)).toMatchObject({ ok: true, value: { secondFactorsRemoved: 0 } });
    expect((await person.signIn()).body.code).toBe('mfa_required');
    expect(await recover(person.username, { removeSecondFactors: true })).toMatchObject({
      value: { secondFactorsRemoved: 1, passwordChanged: false },
    });
    expect((await person.signIn()).status).toBe(200);
  });

  it('refuses whom there is not, and a password that is too easy, and changes nothing', async () => {
    const person = await app.person('user');
    const users = await app.database.db.selectFrom('users').selectAll().execute();
    expect(await recover('nobody-here')).toMatchObject({ ok: false, refusal: { code: 'not_found' } });
    expect(await recover(person.username, { password: 'short' })).toMatchObject({ refusal: { code: 'weak_password' } });
    expect(await recover('NOT A NAME')).toMatchObject({ refusal: { code: 'invalid_request' } });
    expect(await app.database.db.selectFrom('users').selectAll().execute()).toEqual(users);
    expect((await person.ask('GET', '/auth/permissions')).status).toBe(200);
  });
});

describe('moving secrets under another encryption key', () => {
  it('says what to do first where the environment gives the key', async () => {
    expect(await operate({ operation: 'rotate_secrets' })).toMatchObject({
      ok: false,
      refusal: { code: 'invalid_transition', detail: expect.stringContaining('ENCRYPTION_KEY_PREVIOUS') },
    });
  });

  it('goes on while people sign in, and names what does not open', async () => {
    const person = await withTotp(app);
    const { encryption } = app.coordinator.keysInUse;
    const [present, next] = [TEST_SECRET, 'the next key of the tests, long enough'];
    encryption.replace([next, present]);
    const signingIn = Array.from({ length: 5 }, async () => (await person.signIn({ otp: '000000' })).body.code);
    const rotated = await operate({ operation: 'rotate_secrets' });
    expect(rotated).toMatchObject({ ok: true, value: { keyId: encryption.current().id } });
    expect(new Set(await Promise.all(signingIn))).toEqual(new Set(['second_factor_refused']));
    expect(await auditOf(app, 'encryption_key_rotated', encryption.current().id)).toMatchObject({
      result: 'success',
      details: { operator: 'root', rows: expect.any(Number) },
    });
    encryption.replace([next]);
    app.advance(60_000);
    const otp = await codeAt(person.secret, app.now());
    expect((await person.signIn({ otp })).status).toBe(200);

    const third = 'the third key of the tests, long enough to be taken';
    encryption.replace([third, next]);
    await app.database.db.updateTable('totp_factors').set({ sealed_secret: 'e1.damaged' }).execute();
    expect(await operate({ operation: 'rotate_secrets' })).toMatchObject({
      ok: false,
      refusal: { detail: expect.stringMatching(/the former key is kept.*totp_factors.sealed_secret of \d+/s) },
    });
  });
});

it.each([{}, { operation: 'drop_everything' }, { operation: 'rotate_key', purpose: 'audit', atOnce: false }, null])(
  'refuses what it does not know: %j',
  async (request) => {
    const answer = await operate(request as object);
    expect(answer).toMatchObject({ ok: false, refusal: { code: 'invalid_request' } });
  },
);

it('changes what is logged while the coordinator is at work, and records it', async () => {
  expect(await operate({ operation: 'set_log_level', level: 'loud' })).toMatchObject({ ok: false });
  expect(await operate({ operation: 'set_log_level', level: 'fatal' })).toEqual({
    ok: true,
    value: { before: 'silent', after: 'fatal' },
  });
  expect(await auditOf(app, 'log_level_changed', 'log')).toMatchObject({
    actor: 'system',
    details: { operator: 'root' },
  });
  expect(await operate({ operation: 'set_log_level', level: 'silent' })).toMatchObject({ value: { before: 'fatal' } });
});
