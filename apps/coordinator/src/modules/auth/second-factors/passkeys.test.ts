import { createPublicKey, verify } from 'node:crypto';
import type { AuditAction } from '@mcp-coordinator/contract/audit.contract';
import { createAuthenticator } from '@mcp-coordinator/core/testing/soft-authenticator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../runtime.ts';
import { approve, mint } from '../../../testing/change-road.ts';
import type { TestApp } from '../../../testing/harness.ts';
import { openRoad, type Road } from '../../../testing/open-road.ts';
import { auditOf, dumpEverything } from '../../../testing/road-state.ts';
import { addPasskey, expectRefused, failuresOf, somebody, withPasskey } from '../testing/second-factor-people.ts';

let road: Road;
let app: TestApp;
beforeAll(async () => {
  road = await openRoad({ LOGIN_LIMIT_PER_MINUTE: '10000', PUBLIC_URL: 'http://localhost:3000' });
  app = road.app;
});
afterAll(() => app.close());

const failed = (during: string, reason: string) =>
  ({ action: 'second_factor_failed', details: { during, factor: 'passkey', reason } }) as const;

const auditCount = async (action: AuditAction, target: string): Promise<number> => {
  const found = app.database.db.selectFrom('audit_logs').select('id').where('action', '=', action);
  return (await found.where('target', '=', target).execute()).length;
};

describe('a passkey', () => {
  it('is added with the password, listed, renamed, and removed by itself', async () => {
    const person = await withPasskey(app);
    expect(person.recoveryCodes).toHaveLength(10);
    const shown = (await person.ask('GET', '/auth/mfa')).body;
    expect(shown.passkeys).toMatchObject([{ id: person.passkeyId, name: 'Laptop', lastUsedAt: null }]);
    const renamed = await person.ask('PATCH', `/auth/mfa/passkeys/${person.passkeyId}`, { name: 'Phone' });
    expect(renamed.body.passkey.name).toBe('Phone');
    const assertion = person.authenticator.assert(await person.options({ purpose: 'manage_factors' }));
    person.take(await person.ask('POST', `/auth/mfa/passkeys/${person.passkeyId}/remove`, { assertion }));
    expect((await person.ask('GET', '/auth/mfa')).body).toMatchObject({ enrolled: false, passkeys: [] });
    expect((await person.signIn()).status).toBe(200);
  });

  it('a second one needs the first, and brings no new recovery codes', async () => {
    const person = await withPasskey(app);
    const begin = (body: object) => () => person.ask('POST', '/auth/mfa/passkeys/begin', body);
    const requested = { action: 'second_factor_requested', details: { during: 'manage_factors' } } as const;
    await expectRefused(app, person, begin({ password: person.password }), 'mfa_required', requested);
    const assertion = person.authenticator.assert(await person.options({ purpose: 'manage_factors' }));
    expect((await addPasskey(person, createAuthenticator(), { assertion })).recoveryCodes).toBeNull();
    expect((await person.ask('GET', '/auth/mfa')).body.passkeys).toHaveLength(2);
  });

  it('of someone else can be neither renamed nor removed', async () => {
    const [person, other] = [await withPasskey(app), await withPasskey(app)];
    const rename = () => person.ask('PATCH', `/auth/mfa/passkeys/${other.passkeyId}`, { name: 'Mine' });
    await expectRefused(app, person, rename, 'not_found');
    const assertion = person.authenticator.assert(await person.options({ purpose: 'manage_factors' }));
    const remove = () => person.ask('POST', `/auth/mfa/passkeys/${other.passkeyId}/remove`, { assertion });
    await expectRefused(app, person, remove, 'not_found');
  });
});

describe('a registration', () => {
  it.each([
    ['from another origin', { origin: 'http://localhost:3001' }],
    ['from the loopback address', { origin: 'http://127.0.0.1:3000' }],
    ['for another site', { rpId: 'example.com' }],
    ['without user verification', { userVerified: false }],
    ['that is an assertion', { type: 'webauthn.get' }],
  ])('%s is refused', async (_what, otherwise) => {
    const person = await somebody(app);
    const { publicKey } = (await person.ask('POST', '/auth/mfa/passkeys/begin', { password: person.password })).body;
    const registration = createAuthenticator().register(publicKey, otherwise);
    const add = () => person.ask('POST', '/auth/mfa/passkeys', { name: 'x', registration });
    await expectRefused(app, person, add, 'second_factor_refused', failed('enrolment', 'assertion_invalid'));
    // The challenge went with the first try.
    const again = createAuthenticator().register(publicKey);
    const second = () => person.ask('POST', '/auth/mfa/passkeys', { name: 'x', registration: again });
    await expectRefused(app, person, second, 'second_factor_refused', failed('enrolment', 'challenge_unknown'));
  });

  it('for the challenge of someone else, or of another purpose, is refused', async () => {
    const [person, other] = [await somebody(app), await withPasskey(app)];
    const theirs = other.authenticator.assert(await other.options({ purpose: 'manage_factors' }));
    const begun = await other.ask('POST', '/auth/mfa/passkeys/begin', { assertion: theirs });
    const registration = createAuthenticator().register(begun.body.publicKey);
    const add = () => person.ask('POST', '/auth/mfa/passkeys', { name: 'x', registration });
    await expectRefused(app, person, add, 'second_factor_refused', failed('enrolment', 'challenge_foreign'));
    const misused = createAuthenticator().register(await other.options());
    const misuse = () => other.ask('POST', '/auth/mfa/passkeys', { name: 'x', registration: misused });
    await expectRefused(app, other, misuse, 'second_factor_refused', failed('enrolment', 'challenge_misused'));
  });
});

describe('signing in', () => {
  it('takes an assertion after the right password, once', async () => {
    const person = await withPasskey(app, { counts: true });
    const assertion = person.authenticator.assert(await person.signInOptions());
    expect((await person.signIn({ assertion })).status).toBe(200);
    const record = failed('sign_in', 'challenge_unknown');
    await expectRefused(app, person, () => person.signIn({ assertion }), 'second_factor_refused', record);
  });

  it('tells how to go on to nobody without the password', async () => {
    const { username } = await withPasskey(app);
    const begin = (password: string) => app.anyone('POST', '/auth/mfa/sign-in', { username, password });
    const answer = await begin('wrong');
    expect([answer.status, answer.body.code]).toEqual([401, 'invalid_credentials']);
    expect(await failuresOf(app, username)).toBe(1);
    const asked = await auditCount('second_factor_requested', username);
    expect((await begin(`a password for ${username} 1`)).body).toMatchObject({
      methods: ['passkey', 'recovery_code'],
      publicKey: { rpId: 'localhost', userVerification: 'required' },
    });
    expect(await failuresOf(app, username)).toBe(1);
    expect(await auditCount('second_factor_requested', username)).toBe(asked + 1);
    const plain = await somebody(app);
    const { username: name, password } = plain;
    const nothing = await app.anyone('POST', '/auth/mfa/sign-in', { username: name, password });
    expect(nothing.body).toMatchObject({ methods: [], publicKey: null });
  });
});

describe('an assertion', () => {
  it.each([
    ['from another origin', { origin: 'http://localhost:3001' }],
    ['from a page of the same host over TLS', { origin: 'https://localhost:3000' }],
    ['for another site', { rpId: 'localhost.example.com' }],
    ['without user verification', { userVerified: false }],
    ['that is a registration', { type: 'webauthn.create' }],
  ])('%s is refused, and its challenge is gone', async (_what, otherwise) => {
    const person = await withPasskey(app);
    const options = await person.options();
    const bad = person.authenticator.assert(options, otherwise);
    const record = failed('approve', 'assertion_invalid');
    await expectRefused(app, person, () => person.mint({ assertion: bad }), 'second_factor_refused', record);
    const good = person.authenticator.assert(options);
    const gone = failed('approve', 'challenge_unknown');
    await expectRefused(app, person, () => person.mint({ assertion: good }), 'second_factor_refused', gone);
  });

  it('with a signature, or data, that was touched is refused', async () => {
    const person = await withPasskey(app);
    for (const field of ['signature', 'authenticatorData'] as const) {
      const assertion = person.authenticator.assert(await person.options());
      const bytes = Buffer.from(assertion.response[field], 'base64url');
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
      assertion.response[field] = bytes.toString('base64url');
      const record = failed('approve', 'assertion_invalid');
      await expectRefused(app, person, () => person.mint({ assertion }), 'second_factor_refused', record);
    }
  });

  it('serves one token, though the authenticator counts nothing', async () => {
    const person = await withPasskey(app);
    const assertion = person.authenticator.assert(await person.options());
    const answers = await Promise.all(Array.from({ length: 20 }, () => person.mint({ assertion })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await person.ask('GET', '/auth/approval-tokens')).body.approvalTokens).toHaveLength(1);
  });

  it('for a challenge of someone else, a stranger’s passkey, or one that was never made, is refused', async () => {
    const [person, other] = [await withPasskey(app), await withPasskey(app)];
    const cases = [
      [person.authenticator.assert(await other.options()), 'challenge_foreign'],
      [other.authenticator.assert(await person.options()), 'passkey_unknown'],
      [person.authenticator.assert({ challenge: 'AAAA' }), 'challenge_unknown'],
      [person.authenticator.assert(await person.signInOptions()), 'challenge_misused'],
      [person.authenticator.assert(await person.options({ purpose: 'manage_factors' })), 'challenge_misused'],
    ] as const;
    for (const [assertion, reason] of cases) {
      const record = failed('approve', reason);
      await expectRefused(app, person, () => person.mint({ assertion }), 'second_factor_refused', record);
    }
    const approval = person.authenticator.assert(await person.options());
    const signIn = () => person.signIn({ assertion: approval });
    await expectRefused(app, person, signIn, 'second_factor_refused', failed('sign_in', 'challenge_misused'));
  });

  it('serves for five minutes', async () => {
    const person = await withPasskey(app);
    const assertion = person.authenticator.assert(await person.options());
    app.advance(300_000);
    const record = failed('approve', 'challenge_expired');
    await expectRefused(app, person, () => person.mint({ assertion }), 'second_factor_refused', record);
  });

  it.each([
    ['stands still', 0],
    ['falls back', -1],
  ])('whose counter %s is refused, as that of a copy', async (_what, change) => {
    const person = await withPasskey(app, { counts: true });
    const first = person.authenticator.assert(await person.options(), { counter: 40 });
    expect((await person.mint({ assertion: first })).status).toBe(200);
    const assertion = person.authenticator.assert(await person.options(), { counter: 40 + change });
    const record = failed('approve', 'counter_regression');
    await expectRefused(app, person, () => person.mint({ assertion }), 'second_factor_refused', record);
  });
});

describe('an approval with a passkey', () => {
  it('signs the digest of the proposal, and what was signed is kept with the token', async () => {
    const person = await withPasskey(app);
    const proposalId = await road.proposal();
    const { digest } = (await person.ask('GET', `/remediations/${proposalId}`)).body;
    const options = await person.options({ purpose: 'approve', proposalId });
    const challenge = Buffer.from(options.challenge, 'base64url');
    expect(`sha256:${challenge.subarray(0, 32).toString('hex')}`).toBe(digest);
    expect(challenge).toHaveLength(64);
    expect((await person.options({ purpose: 'approve', proposalId })).challenge).not.toBe(options.challenge);
    expect(await dumpEverything(app)).not.toContain(options.challenge);
    expect(await dumpEverything(app)).toContain(sha256Hex(options.challenge));

    const assertion = person.authenticator.assert(options);
    const token = await mint(person.ask, { proposalId, assertion });
    const row = await app.database.db
      .selectFrom('approval_tokens')
      .selectAll()
      .where('proposal_id', '=', proposalId)
      .executeTakeFirstOrThrow();
    expect(row).toMatchObject({ step_up: 'passkey', assertion_credential_id: person.authenticator.id, digest });
    // Whoever knows the public key verifies it from the row alone.
    const client = Buffer.from(row.assertion_client_data ?? '', 'base64url');
    const signed = Buffer.concat([
      Buffer.from(row.assertion_authenticator_data ?? '', 'base64url'),
      Buffer.from(sha256Hex(client), 'hex'),
    ]);
    const key = createPublicKey(person.authenticator.publicKey.export({ type: 'spki', format: 'pem' }));
    expect(verify('sha256', signed, key, Buffer.from(row.assertion_signature ?? '', 'base64url'))).toBe(true);
    expect(JSON.parse(client.toString()).challenge).toBe(options.challenge);
    expect(await auditOf(app, 'approval_token_minted', row.id)).toMatchObject({ details: { secondFactor: 'passkey' } });
    expect((await approve(person.ask, proposalId, token)).status).toBe(200);
  });

  it('for one proposal mints no token for another, nor one that is bound to nothing', async () => {
    const person = await withPasskey(app);
    const [one, other] = [await road.proposal(), await road.proposal()];
    for (const body of [{ proposalId: other }, {}, { assessmentId: road.assessmentId }]) {
      const assertion = person.authenticator.assert(await person.options({ purpose: 'approve', proposalId: one }));
      const record = failed('approve', 'challenge_misused');
      await expectRefused(app, person, () => person.mint({ ...body, assertion }), 'second_factor_refused', record);
    }
  });

  it('has no challenge for a proposal that is not there, for who may not approve, or who has no passkey', async () => {
    const person = await withPasskey(app);
    const begin = (body: object) => person.ask('POST', '/auth/mfa/step-up', body);
    expect((await begin({ purpose: 'approve', proposalId: 'nothing' })).body.code).toBe('not_found');
    expect((await begin({ purpose: 'manage_factors', proposalId: 'nothing' })).body.code).toBe('invalid_request');
    const viewer = await withPasskey(app, { role: 'viewer' });
    expect((await viewer.ask('POST', '/auth/mfa/step-up', { purpose: 'approve' })).body.code).toBe('forbidden');
    const plain = await somebody(app);
    expect((await plain.ask('POST', '/auth/mfa/step-up', { purpose: 'approve' })).body.code).toBe('not_found');
  });
});
