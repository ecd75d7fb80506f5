import type { AuditAction } from '@mcp-coordinator/contract/audit.contract';
import type { Role } from '@mcp-coordinator/contract/permissions';
import type { RefusalCode } from '@mcp-coordinator/contract/refusals';
import { createAuthenticator, type SoftAuthenticator } from '@mcp-coordinator/core/testing/soft-authenticator';
import { sql } from 'kysely';
import { generate } from 'otplib';
import { expect } from 'vitest';
import type { Answer, Ask, TestApp } from '../../../testing/harness.ts';
import { expectProblem } from '../../../testing/problems.ts';

export interface Somebody {
  readonly username: string;
  readonly password: string;
  /** With the newest token that was handed out. */
  readonly ask: Ask;
  /** Signs in, with a second factor or without. */
  signIn(factor?: object): Promise<Answer>;
  /** Mints an approval token. */
  mint(body?: object): Promise<Answer>;
  /** Takes over the session that an answer opened. */
  take(answer: Answer): Answer;
}

export async function somebody(app: TestApp, role: Role = 'approver'): Promise<Somebody> {
  const { username, token } = await app.person(role);
  const password = `a password for ${username} 1`;
  let ask = app.as(token);
  return {
    username,
    password,
    ask: (...call) => ask(...call),
    signIn: (factor = {}) => app.anyone('POST', '/auth/login', { username, password, ...factor }),
    mint: (body = {}) => ask('POST', '/auth/approval-token', { reason: 'reviewed', ...body }),
    take(answer) {
      expect([200, 201], JSON.stringify(answer.body)).toContain(answer.status);
      ask = app.as(answer.body.token);
      return answer;
    },
  };
}

export const codeAt = (secret: string, at: Date): Promise<string> =>
  generate({ secret, epoch: Math.floor(at.getTime() / 1000) });

export interface WithTotp extends Somebody {
  readonly secret: string;
  readonly recoveryCodes: string[];
  /** The code of the next time step: one that was not used yet. */
  freshCode(): Promise<string>;
}

export async function withTotp(app: TestApp, role?: Role): Promise<WithTotp> {
  const person = await somebody(app, role);
  const begun = await person.ask('POST', '/auth/mfa/totp', { password: person.password });
  expect(begun.status, JSON.stringify(begun.body)).toBe(200);
  const { secret } = begun.body;
  const freshCode = () => {
    app.advance(30_000);
    return codeAt(secret, app.now());
  };
  const confirmed = person.take(await person.ask('POST', '/auth/mfa/totp/confirm', { otp: await freshCode() }));
  return { ...person, secret, freshCode, recoveryCodes: confirmed.body.recoveryCodes };
}

export interface WithPasskey extends Somebody {
  readonly authenticator: SoftAuthenticator;
  readonly passkeyId: string;
  readonly recoveryCodes: string[];
  /** Options for a step-up, as the browser would get them. */
  options(body?: object): Promise<{ challenge: string }>;
  signInOptions(): Promise<{ challenge: string }>;
}

export async function withPasskey(app: TestApp, given: { role?: Role; counts?: boolean } = {}): Promise<WithPasskey> {
  const person = await somebody(app, given.role);
  const authenticator = createAuthenticator(given.counts ? { counts: true } : {});
  const { passkeyId, recoveryCodes } = await addPasskey(person, authenticator, { password: person.password });
  return {
    ...person,
    authenticator,
    passkeyId,
    recoveryCodes,
    options: async (body = { purpose: 'approve' }) => {
      const begun = await person.ask('POST', '/auth/mfa/step-up', body);
      expect(begun.status, JSON.stringify(begun.body)).toBe(200);
      return begun.body.publicKey;
    },
    signInOptions: async () => {
      const { username, password } = person;
      return (await app.anyone('POST', '/auth/mfa/sign-in', { username, password })).body.publicKey;
    },
  };
}

export async function addPasskey(person: Somebody, authenticator: SoftAuthenticator, proof: object) {
  const begun = await person.ask('POST', '/auth/mfa/passkeys/begin', proof);
  expect(begun.status, JSON.stringify(begun.body)).toBe(200);
  const registration = authenticator.register(begun.body.publicKey);
  const added = person.take(await person.ask('POST', '/auth/mfa/passkeys', { name: 'Laptop', registration }));
  return { passkeyId: added.body.passkey.id as string, recoveryCodes: added.body.recoveryCodes as string[] };
}

const TABLES = [
  ...['users', 'sessions', 'totp_factors', 'passkeys', 'recovery_codes', 'approval_tokens', 'api_keys', 'event_outbox'],
];

/** What a refused call could have changed. Counts of failures, and challenges that were taken out, are not among it. */
async function state(app: TestApp): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const name of TABLES) {
    // When a session was last seen says nothing.
    const rows = await sql`select to_jsonb(t) - 'last_seen_at' as row from ${sql.table(name)} t order by 1`.execute(
      app.database.db,
    );
    found[name] = rows.rows.filter((row) => !JSON.stringify(row).includes('audit.'));
  }
  return found;
}

const recordsOf = (app: TestApp, target: string) =>
  app.database.db.selectFrom('audit_logs').selectAll().where('target', '=', target).execute();

/** That a call is refused so, and leaves nothing but this record of whose it was. */
export async function expectRefused(
  app: TestApp,
  person: { readonly username: string },
  call: () => Promise<Answer>,
  code: RefusalCode,
  record?: { action: AuditAction; details: Record<string, unknown> },
): Promise<void> {
  const before = await state(app);
  const earlier = new Set((await recordsOf(app, person.username)).map(({ id }) => id));
  const answer = await call();
  expectProblem(answer, code);
  expect(await state(app)).toEqual(before);
  const records = (await recordsOf(app, person.username)).filter(({ id }) => !earlier.has(id));
  const expected = record ? [{ ...record, actor: person.username, result: 'denied' }] : [];
  expect(records).toMatchObject(expected);
  expect(records).toHaveLength(expected.length);
}

/** How many failures stand against an account. */
export async function failuresOf(app: TestApp, username: string): Promise<number> {
  const row = await app.database.db
    .selectFrom('login_failures')
    .select('failures')
    .where('subject', '=', `account:${username}`)
    .executeTakeFirst();
  return row?.failures ?? 0;
}
