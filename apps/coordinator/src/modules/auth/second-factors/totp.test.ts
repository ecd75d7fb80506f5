import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../../testing/harness.ts';
import { auditOf, dumpEverything } from '../../../testing/road-state.ts';
import { codeAt, expectRefused, failuresOf, somebody, withTotp } from '../testing/second-factor-people.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ LOGIN_LIMIT_PER_MINUTE: '10000', PUBLIC_URL: 'http://localhost:3000' });
});
afterAll(() => app.close());

const failed = (during: string, reason: string) =>
  ({ action: 'second_factor_failed', details: { during, factor: 'totp', reason } }) as const;
const asked = (during: string) => ({ action: 'second_factor_requested', details: { during } }) as const;
const codesOf = (answers: { status: number; body: { code?: string } }[]) =>
  answers.map(({ status, body }) => body.code ?? String(status)).sort();

describe('enrolling an authenticator app', () => {
  it('needs the password, shows the secret once, and counts from the first code on', async () => {
    const person = await somebody(app);
    const begun = await person.ask('POST', '/auth/mfa/totp', { password: person.password });
    const { secret, uri, expiresAt } = begun.body;
    expect(uri).toContain(`secret=${secret}`);
    expect(uri).toMatch(/^otpauth:\/\/totp\/MCP%20Coordinator/);
    expect(new Date(expiresAt).getTime() - app.now().getTime()).toBeGreaterThan(590_000);
    expect((await person.ask('GET', '/auth/mfa')).body).toMatchObject({ enrolled: false, totp: null });
    expect((await person.signIn()).status).toBe(200);

    const otp = await codeAt(secret, app.now());
    const confirmed = person.take(await person.ask('POST', '/auth/mfa/totp/confirm', { otp }));
    expect(confirmed.body.recoveryCodes).toHaveLength(10);
    expect(confirmed.headers.get('set-cookie')).toContain('mcp_session=');
    expect((await person.ask('GET', '/auth/mfa')).body).toMatchObject({
      enrolled: true,
      totp: { since: expect.any(String) },
      recoveryCodesLeft: 10,
    });
    expect(await auditOf(app, 'second_factor_added', person.username)).toMatchObject({
      details: { factor: 'totp', sessionsEnded: 2 },
    });
    const everything = await dumpEverything(app);
    for (const hidden of [secret, ...confirmed.body.recoveryCodes]) expect(everything).not.toContain(hidden);
  });

  it('ends every other session', async () => {
    const person = await somebody(app);
    const other = app.as((await person.signIn()).body.token);
    const { secret } = (await person.ask('POST', '/auth/mfa/totp', { password: person.password })).body;
    person.take(await person.ask('POST', '/auth/mfa/totp/confirm', { otp: await codeAt(secret, app.now()) }));
    expect((await other('GET', '/auth/mfa')).body.code).toBe('session_expired');
    expect((await person.ask('GET', '/auth/mfa')).status).toBe(200);
  });

  it('is refused without the password, with a wrong one, and with a wrong code', async () => {
    const person = await somebody(app);
    const wrong = { action: 'login_failed', details: { reason: 'wrong_password', during: 'manage_factors' } } as const;
    const begin = (body: object) => () => person.ask('POST', '/auth/mfa/totp', body);
    await expectRefused(app, person, begin({}), 'invalid_credentials', wrong);
    await expectRefused(app, person, begin({ password: 'wrong' }), 'invalid_credentials', wrong);
    expect(await failuresOf(app, person.username)).toBe(2);
    const confirm = (otp: string) => () => person.ask('POST', '/auth/mfa/totp/confirm', { otp });
    await expectRefused(app, person, confirm('123456'), 'not_found');
    const { secret } = (await begin({ password: person.password })()).body;
    const early = await codeAt(secret, new Date(app.now().getTime() + 60_000));
    await expectRefused(app, person, confirm(early), 'second_factor_refused', failed('enrolment', 'wrong_code'));
    app.advance(600_000);
    await expectRefused(app, person, confirm(await codeAt(secret, app.now())), 'not_found');
  });

  it('a second time is refused until the first is removed, which needs a factor and not the password', async () => {
    const person = await withTotp(app);
    const begin = (body: object) => () => person.ask('POST', '/auth/mfa/totp', body);
    await expectRefused(app, person, begin({ password: person.password }), 'mfa_required', asked('manage_factors'));
    const otp = await person.freshCode();
    expect((await begin({ otp })()).body.code).toBe('second_factor_enrolled');
    const remove = (body: object) => () => person.ask('POST', '/auth/mfa/totp/remove', body);
    await expectRefused(app, person, remove({ password: person.password }), 'mfa_required', asked('manage_factors'));
    person.take(await remove({ otp: await person.freshCode() })());
    expect((await person.ask('GET', '/auth/mfa')).body).toMatchObject({ enrolled: false, recoveryCodesLeft: 0 });
    expect((await person.signIn()).status).toBe(200);
    expect(await auditOf(app, 'second_factor_removed', person.username)).toMatchObject({ details: { factor: 'totp' } });
  });
});

describe('signing in', () => {
  it('asks for the code once the password was right, and never before', async () => {
    const person = await withTotp(app);
    await expectRefused(app, person, () => person.signIn(), 'mfa_required', asked('sign_in'));
    const wrongPassword = { password: 'wrong', otp: await person.freshCode() };
    const record = { action: 'login_failed', details: { reason: 'wrong_password' } } as const;
    await expectRefused(app, person, () => person.signIn(wrongPassword), 'invalid_credentials', record);
    const answer = await person.signIn({ otp: await person.freshCode() });
    expect(answer.status).toBe(200);
    expect((await app.as(answer.body.token)('GET', '/auth/mfa')).status).toBe(200);
    expect(await failuresOf(app, person.username)).toBe(0);
  });

  it.each([
    ['two steps old', -60_000, 'wrong_code'],
    ['of the next step', 30_000, 'wrong_code'],
  ])('is refused with a code %s', async (_what, aheadMs, reason) => {
    const person = await withTotp(app);
    app.advance(120_000);
    const otp = await codeAt(person.secret, new Date(app.now().getTime() + aheadMs));
    await expectRefused(app, person, () => person.signIn({ otp }), 'second_factor_refused', failed('sign_in', reason));
    expect(await failuresOf(app, person.username)).toBe(1);
  });

  it.each(['12345', '1234567', 'abcdef', '０', "' or 1=1"])('is refused with %j', async (otp) => {
    const person = await withTotp(app);
    const record = failed('sign_in', 'wrong_code');
    await expectRefused(app, person, () => person.signIn({ otp }), 'second_factor_refused', record);
  });

  it('takes a code once, however it is written', async () => {
    const person = await withTotp(app);
    const otp = await person.freshCode();
    const spaced = `${otp.slice(0, 3)} ${otp.slice(3)}`;
    expect((await person.signIn({ otp: spaced })).status).toBe(200);
    for (const again of [otp, spaced, ` ${otp}`, otp.split('').join('\u00a0'), `${otp.slice(0, 2)}-${otp.slice(2)}`]) {
      const record = failed('sign_in', 'code_used');
      await expectRefused(app, person, () => person.signIn({ otp: again }), 'second_factor_refused', record);
    }
  });

  it('takes a code once of twenty at the same time', async () => {
    const person = await withTotp(app);
    const otp = await person.freshCode();
    const answers = await Promise.all(Array.from({ length: 20 }, () => person.signIn({ otp })));
    expect(codesOf(answers).filter((code) => code === '200')).toHaveLength(1);
    for (const code of codesOf(answers)) expect(['200', 'second_factor_refused', 'rate_limited']).toContain(code);
  });

  it('wrong codes lock the account like wrong passwords', async () => {
    const person = await withTotp(app);
    for (let n = 0; n < 10; n += 1) await person.signIn({ otp: '000000' });
    expect((await person.signIn({ otp: await person.freshCode() })).body.code).toBe('rate_limited');
  });
});

describe('minting an approval token', () => {
  it('needs a code of its own each time, and says so in the record', async () => {
    const person = await withTotp(app);
    await expectRefused(app, person, () => person.mint(), 'mfa_required', asked('approve'));
    const otp = await person.freshCode();
    const minted = await person.mint({ otp });
    expect(minted.status).toBe(200);
    expect(await auditOf(app, 'approval_token_minted', minted.body.id)).toMatchObject({
      details: { secondFactor: 'totp' },
    });
    const record = failed('approve', 'code_used');
    await expectRefused(app, person, () => person.mint({ otp: ` ${otp} ` }), 'second_factor_refused', record);
    await expectRefused(
      app,
      person,
      () => person.signIn({ otp }),
      'second_factor_refused',
      failed('sign_in', 'code_used'),
    );
  });

  it('refuses the code that signed in', async () => {
    const person = await withTotp(app);
    const otp = await person.freshCode();
    person.take(await person.signIn({ otp }));
    await expectRefused(
      app,
      person,
      () => person.mint({ otp }),
      'second_factor_refused',
      failed('approve', 'code_used'),
    );
  });

  it('mints one token of twenty at the same time', async () => {
    const person = await withTotp(app);
    const otp = await person.freshCode();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => person.mint({ otp: ' '.repeat(n) + otp })));
    expect(codesOf(answers).filter((code) => code === '200')).toHaveLength(1);
    const { approvalTokens } = (await person.ask('GET', '/auth/approval-tokens')).body;
    expect(approvalTokens).toHaveLength(1);
  });

  it('gives no more guesses to fifty at once than in a row', async () => {
    const person = await withTotp(app);
    const answers = await Promise.all(Array.from({ length: 50 }, () => person.mint({ otp: '000000' })));
    const codes = codesOf(answers);
    expect(codes.filter((code) => code === 'second_factor_refused')).toHaveLength(10);
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(40);
    expect(await failuresOf(app, person.username)).toBe(10);
  });

  it('does not spend the code on a token that was not minted', async () => {
    const person = await withTotp(app);
    const otp = await person.freshCode();
    expect((await person.mint({ otp, proposalId: 'nothing' })).body.code).toBe('not_found');
    expect((await person.mint({ otp })).status).toBe(200);
  });

  it('refuses a code of someone else, and a request with two factors', async () => {
    const [person, other] = [await withTotp(app), await withTotp(app)];
    const otp = await other.freshCode();
    const record = failed('approve', 'wrong_code');
    await expectRefused(app, person, () => person.mint({ otp }), 'second_factor_refused', record);
    expect((await other.signIn({ otp, recoveryCode: other.recoveryCodes[0] })).body.code).toBe('invalid_request');
  });
});

it('a sealed secret opens in its own row alone', async () => {
  const [mallory, victim] = [await withTotp(app), await withTotp(app)];
  const { db } = app.database;
  await sql`update totp_factors set sealed_secret = (select sealed_secret from totp_factors f join users u on u.id = f.user_id
    where u.username = ${mallory.username}) where user_id = (select id from users where username = ${victim.username})`.execute(
    db,
  );
  const otp = await mallory.freshCode();
  expect((await victim.signIn({ otp })).status).toBe(500);
});
