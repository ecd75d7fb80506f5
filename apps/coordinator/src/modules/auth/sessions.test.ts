import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OpenDatabase } from '../../db/open-database.ts';
import type { Person } from '../../http/caller.ts';
import { randomId } from '../../runtime.ts';
import type { AuthModule } from './auth.module.ts';
import { createSessionTokens } from './session-token.ts';
import { type AuthFixture, callOf, openAuth, PUBLIC_URL } from './testing/open-auth.ts';

let on: AuthFixture;
let elsewhere: OpenDatabase;
let other: AuthModule;
beforeAll(async () => {
  on = await openAuth();
  elsewhere = await on.database.openAgain();
  other = on.instance(elsewhere);
  await on.auth.start();
  await other.start();
});
afterAll(async () => {
  await on.auth.stop();
  await other.stop();
  await elsewhere.close();
  await on.database.close();
});
beforeEach(async () => {
  await on.reset();
  await on.addUser('ada', 'admin');
});

const refresh = (caller: Person, by = on.auth) => by.handlers.refresh(callOf(caller));
const logout = (caller: Person, by = on.auth) => by.handlers.logout(callOf(caller));
/** The next token of the chain, and who presents it. */
async function renewed(caller: Person) {
  const answer = await refresh(caller);
  if ('refusal' in answer) throw new Error(answer.refusal.detail);
  const { token } = answer.body;
  return { token, cookie: answer.cookies?.[0]?.value ?? '', caller: await personOf(token) };
}
async function personOf(token: string): Promise<Person> {
  const known = await on.auth.authenticateToken(token);
  if (!known.ok || known.value.kind !== 'person') throw new Error('no person');
  return known.value;
}
const whoByCookie = async (cookie: string) => {
  const known = await on.auth.authenticate({ cookie, fresh: false });
  return known.ok ? known.value.actor : known.refusal.code;
};
const lastSeen = async (caller: Person) => {
  const row = on.db.selectFrom('sessions').select('last_seen_at').where('id', '=', caller.sessionId);
  return (await row.executeTakeFirstOrThrow()).last_seen_at;
};

describe('a credential', () => {
  it('makes the same person as token and as cookie, with the permissions of the role', async () => {
    const { token, cookie, caller } = await on.signIn('ada');
    const byCookie = await on.auth.authenticate({ cookie, fresh: false });
    expect(byCookie).toEqual({ ok: true, value: caller });
    expect(await on.auth.authenticateToken(token)).toEqual({ ok: true, value: caller });
    expect(caller).toMatchObject({ kind: 'person', actor: 'ada', role: 'admin', username: 'ada' });
    expect(caller.permissions.has('manage_users')).toBe(true);
    expect(caller.permissions.has('break_glass')).toBe(false);
  });

  it('that is bad never falls back to a good one beside it', async () => {
    const { token, cookie } = await on.signIn('ada');
    const codes = await Promise.all(
      [
        { authorization: 'Bearer nonsense', cookie },
        { authorization: 'Basic YWRhOmFkYQ==', cookie },
        { authorization: '', cookie },
        { authorization: `Bearer ${token} ${token}` },
        { apiKey: 'mcpk_nonsense', cookie },
        { apiKey: token },
        { cookie: `${cookie}x` },
        {},
      ].map((given) => on.auth.authenticate({ ...given, fresh: false })),
    );
    for (const known of codes) expect(known).toMatchObject({ ok: false, refusal: { code: 'unauthenticated' } });
  });

  it('for the session of someone else, or of none, is refused', async () => {
    const { caller } = await on.signIn('ada');
    const eve = await on.addUser('eve', 'viewer');
    const tokens = createSessionTokens({
      keys: on.keys.sessions,
      issuer: PUBLIC_URL,
      clock: on.clock,
      newId: randomId,
    });
    const expiresAt = on.clock().getTime() / 1000 + 60;
    const sign = (sessionId: string, userId: number) =>
      tokens.sign({ sessionId, refreshId: 'refresh_1', userId, expiresAt });
    expect(await on.whoIs(await sign(caller.sessionId, caller.userId))).toBe('ada');
    expect(await on.whoIs(await sign(caller.sessionId, eve))).toBe('unauthenticated');
    expect(await on.whoIs(await sign('sess_of_nobody', caller.userId))).toBe('session_expired');
  });

  it('signed with the key of the cookie, or as none at all, is refused', async () => {
    const { caller } = await on.signIn('ada');
    const jwt = new SignJWT({ sid: caller.sessionId, rid: 'refresh_1', sub: String(caller.userId) })
      .setProtectedHeader({ alg: 'HS256', typ: 'mcp-session+jwt', kid: on.keys.sessions.current().id })
      .setIssuer(PUBLIC_URL)
      .setAudience('mcp-coordinator-api')
      .setIssuedAt(on.clock())
      .setExpirationTime(new Date(on.clock().getTime() + 60_000));
    expect(await on.whoIs(await jwt.sign(on.keys.sessions.current().cookie))).toBe('unauthenticated');
    expect(await on.whoIs(await jwt.sign(on.keys.sessions.current().token))).toBe('ada');
  });
});

describe('a session', () => {
  it('ends after half an hour idle, and lives on while it is used', async () => {
    const { token, cookie } = await on.signIn('ada');
    on.advance(1799);
    expect(await on.whoIs(token)).toBe('ada');
    on.advance(1799);
    expect(await whoByCookie(cookie)).toBe('ada');
    on.advance(1800);
    expect(await whoByCookie(cookie)).toBe('session_expired');
    expect(await on.whoIs(token)).toBe('session_expired');
  });

  it('ends after twelve hours whatever is done, and its last token with it', async () => {
    let { token, caller } = await on.signIn('ada');
    for (let n = 0; n < 29; n += 1) {
      on.advance(1440);
      ({ token, caller } = await renewed(caller));
    }
    on.advance(1439);
    expect(await on.whoIs(token)).toBe('ada');
    const last = await refresh(caller);
    if ('refusal' in last) throw new Error(last.refusal.detail);
    expect(last.body.expiresAt).toBe(new Date(on.clock().getTime() + 1000).toISOString());
    expect(last.cookies?.[0]?.maxAgeSeconds).toBe(1);
    on.advance(1);
    const before = await on.everything();
    expect(await on.whoIs(token)).toBe('session_expired');
    expect(await refresh(caller)).toMatchObject({ refusal: { code: 'session_expired' } });
    expect(await on.everything()).toBe(before);
  });

  it('notes when it was last seen at most once a minute', async () => {
    const { token, caller } = await on.signIn('ada');
    const start = on.clock();
    on.advance(59);
    await on.whoIs(token, { fresh: true });
    expect(await lastSeen(caller)).toEqual(start);
    on.advance(1);
    await on.whoIs(token, { fresh: true });
    expect(await lastSeen(caller)).toEqual(on.clock());
  });

  it('is renewed as the same session, with a record', async () => {
    const { token, caller } = await on.signIn('ada');
    const answer = await refresh(caller);
    if ('refusal' in answer) throw new Error(answer.refusal.detail);
    expect(answer.body).toMatchObject({ success: true, user: { id: caller.userId, username: 'ada', role: 'admin' } });
    expect(answer.body.token).not.toBe(token);
    const again = await personOf(answer.body.token);
    expect(again).toEqual({ ...caller, refreshId: again.refreshId });
    expect(again.refreshId).not.toBe(caller.refreshId);
    expect(await whoByCookie(answer.cookies?.[0]?.value ?? '')).toBe('ada');
    expect((await on.records()).at(-1)).toMatchObject({
      action: 'session_refreshed',
      actor: 'ada',
      requestId: 'req-2',
    });
  });

  it('gives two tabs that refresh at once the same place in the chain', async () => {
    const { caller } = await on.signIn('ada');
    const both = await Promise.all([renewed(caller), renewed(caller)]);
    expect(both[0].caller).toEqual(both[1].caller);
    on.advance(9);
    const late = await renewed(caller);
    expect(late.caller).toEqual(both[0].caller);
    expect((await renewed(late.caller)).caller.refreshId).not.toBe(late.caller.refreshId);
    expect((await on.records()).filter(({ action }) => action === 'session_reuse_detected')).toEqual([]);
  });

  it.each([
    ['the one before, ten seconds later', 1, 10],
    ['an older one at once', 2, 0],
  ])('ends when somebody refreshes with %s, for whoever holds the newest too', async (_what, rotations, seconds) => {
    const thief = await on.signIn('ada');
    const other = await on.signIn('ada');
    let owner: { token: string; caller: Person } = thief;
    for (let n = 0; n < rotations; n += 1) owner = await renewed(owner.caller);
    on.advance(seconds);
    expect(await on.whoIs(thief.token)).toBe('ada');
    const before = (await on.records()).length;
    expect(await refresh(thief.caller)).toMatchObject({ refusal: { code: 'session_expired' } });
    expect((await on.records()).slice(before)).toEqual([
      {
        ...{ action: 'session_reuse_detected', actor: 'ada', target: 'ada', result: 'denied', requestId: 'req-2' },
        details: { address: '192.0.2.1' },
      },
    ]);
    for (const token of [thief.token, owner.token]) expect(await on.whoIs(token)).toBe('session_expired');
    expect(await refresh(owner.caller)).toMatchObject({ refusal: { code: 'session_expired' } });
    expect((await on.records()).length).toBe(before + 1);
    expect(await on.whoIs(other.token)).toBe('ada');
  });

  it('ends when its cookie is refreshed after its token was', async () => {
    const { caller, cookie } = await on.signIn('ada');
    const owner = await renewed(caller);
    on.advance(10);
    const byCookie = await on.auth.authenticate({ cookie, fresh: true });
    if (!byCookie.ok || byCookie.value.kind !== 'person') throw new Error('no person');
    expect(await refresh(byCookie.value)).toMatchObject({ refusal: { code: 'session_expired' } });
    expect(await on.whoIs(owner.token)).toBe('session_expired');
  });

  it('ends at logout with every token of it, and no other', async () => {
    const [first, second] = [await on.signIn('ada'), await on.signIn('ada')];
    expect(await logout(first.caller)).toEqual({
      status: 200,
      body: { success: true },
      cookies: [{ name: 'mcp_session' }],
    });
    expect(await on.whoIs(first.token)).toBe('session_expired');
    expect(await whoByCookie(first.cookie)).toBe('session_expired');
    expect(await on.auth.isStillValid(first.caller)).toBe(false);
    expect(await on.whoIs(second.token)).toBe('ada');
    expect(await on.auth.isStillValid(second.caller)).toBe(true);
    expect((await on.records()).at(-1)).toMatchObject({
      action: 'session_ended',
      actor: 'ada',
      details: { reason: 'logged_out' },
    });
    const before = await on.everything();
    expect(await refresh(first.caller)).toMatchObject({ refusal: { code: 'session_expired' } });
    await logout(first.caller);
    expect(await on.everything()).toBe(before);
  });
});

describe('on another instance', () => {
  it('a session ends as soon as the signal is there', async () => {
    const { token, caller } = await on.signIn('ada');
    expect(await on.whoIs(token, { by: other })).toBe('ada');
    const heard = new Promise<void>((resolve) => {
      const stop = other.onCredentialEnded(() => {
        stop();
        resolve();
      });
    });
    await logout(caller);
    await heard;
    expect(await on.whoIs(token, { by: other })).toBe('session_expired');
    expect(await other.isStillValid(caller)).toBe(false);
  });

  it('without any signal it ends for what is fresh at once, and for reads within a second', async () => {
    const deaf = on.instance(elsewhere);
    const { token, caller } = await on.signIn('ada');
    expect(await on.whoIs(token, { by: deaf })).toBe('ada');
    await logout(caller);
    expect(await on.whoIs(token, { by: deaf })).toBe('ada');
    expect(await on.whoIs(token, { by: deaf, fresh: true })).toBe('session_expired');
    on.advance(1);
    expect(await on.whoIs(token, { by: deaf })).toBe('session_expired');
  });
});

it('shows who one is and what one may do', async () => {
  await on.addUser('vera', 'viewer');
  const { caller } = await on.signIn('vera');
  expect(await on.auth.handlers.showPermissions(callOf(caller))).toEqual({
    status: 200,
    body: { success: true, username: 'vera', role: 'viewer', permissions: ['view_audit', 'view_metrics'] },
  });
});
