import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '../../http/caller.ts';
import { type AuthFixture, callOf, openAuth, PASSWORD, warmUp } from './testing/open-auth.ts';

let on: AuthFixture;
let admin: Person;
beforeAll(async () => {
  on = await openAuth();
});
afterAll(() => on.database.close());
beforeEach(async () => {
  await on.reset();
  await on.addUser('root', 'admin');
  admin = (await on.signIn('root')).caller;
});

const create = (body: { username: string; password: string; role: 'admin' | 'user' | 'approver' | 'viewer' }) =>
  on.auth.handlers.createUser(callOf(admin, { body }));
const update = (
  id: number,
  body: { role?: 'admin' | 'user' | 'viewer'; disabled?: boolean; password?: string },
  by = admin,
) =>
  on.auth.handlers.updateUser(
    callOf(by, { params: { id }, body: { role: undefined, disabled: undefined, password: undefined, ...body } }),
  );
const row = (id: number) => on.db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

describe('createUser', () => {
  it('makes an account that can log in, with its record', async () => {
    const answer = await create({ username: 'ada', password: PASSWORD, role: 'approver' });
    if ('refusal' in answer) throw new Error(answer.refusal.detail);
    const { user } = answer.body;
    expect(answer.status).toBe(201);
    expect(user).toEqual({
      ...{ id: user.id, username: 'ada', role: 'approver', disabled: false },
      ...{ createdAt: on.clock().toISOString(), createdBy: 'root', lastLoginAt: null },
    });
    expect((await on.signIn('ada')).caller.userId).toBe(user.id);
    expect((await on.records()).find((record) => record.action === 'user_created')).toEqual({
      ...{ action: 'user_created', actor: 'root', target: 'ada', result: 'success' },
      ...{ details: { role: 'approver' }, requestId: 'req-2' },
    });
    expect(await row(user.id)).toMatchObject({ created_by: admin.userId, role_changed_by: admin.userId });
    expect((await row(user.id)).password_hash).toMatch(/^\$2b\$/);
  });

  it('refuses a name that is taken, once made by two at the same time', async () => {
    const wish = { username: 'ada', password: PASSWORD, role: 'user' } as const;
    const answers = await Promise.all([create(wish), create(wish)]);
    expect(answers.map((answer) => ('refusal' in answer ? answer.refusal.code : answer.status)).sort()).toEqual([
      201,
      'username_taken',
    ]);
    const before = await on.everything();
    expect(await create(wish)).toMatchObject({ refusal: { code: 'username_taken' } });
    expect(await on.everything()).toBe(before);
  });

  it.each(['short', 'password1234', 'ada.lovelace', 'x9'.repeat(37)])(
    'refuses the weak password %j',
    async (password) => {
      const before = await on.everything();
      const answer = await create({ username: 'ada.lovelace', password, role: 'user' });
      expect(answer).toMatchObject({ refusal: { code: 'weak_password', errors: [{ path: '/password' }] } });
      expect(JSON.stringify(answer)).not.toContain(password);
      expect(await on.everything()).toBe(before);
    },
  );
});

describe('updateUser', () => {
  it('changes a role, notes who did it, and ends the sessions of that account at once', async () => {
    const id = await on.addUser('ada', 'user');
    const ada = await on.signIn('ada');
    on.advance(1);
    const answer = await update(id, { role: 'viewer' });
    expect(answer).toMatchObject({ status: 200, body: { user: { id, username: 'ada', role: 'viewer' } } });
    expect(await on.whoIs(ada.token)).toBe('session_expired');
    expect(await on.auth.isStillValid(ada.caller)).toBe(false);
    expect(await on.whoIs((await on.signIn('root')).token)).toBe('root');
    expect(await row(id)).toMatchObject({ role_changed_at: on.clock(), role_changed_by: admin.userId });
    expect((await on.records()).find((record) => record.action === 'user_updated')).toEqual({
      ...{ action: 'user_updated', actor: 'root', target: 'ada', result: 'success', requestId: 'req-2' },
      details: { changed: ['role'], role: { from: 'user', to: 'viewer' }, sessionsEnded: 1 },
    });
    expect((await on.signIn('ada')).caller.permissions.has('propose_remediation')).toBe(false);
  });

  it('disables an account: no session, no login, no key of it works; enabling gives back what was not ended', async () => {
    const id = await on.addUser('ada', 'admin');
    const ada = await on.signIn('ada');
    const made = await on.auth.handlers.createApiKey(
      callOf(ada.caller, { body: { name: 'box', kind: 'installer', serverId: 'box-1', owner: undefined } }),
    );
    if ('refusal' in made) throw new Error(made.refusal.detail);
    expect(await on.whoIs(made.body.key)).toBe('key:box');
    await update(id, { disabled: true });
    expect(await on.whoIs(ada.token)).toBe('session_expired');
    expect(await on.whoIs(made.body.key)).toBe('unauthenticated');
    expect(await on.login('ada')).toMatchObject({ refusal: { code: 'invalid_credentials' } });
    await update(id, { disabled: false });
    expect(await on.whoIs(ada.token)).toBe('session_expired');
    expect(await on.whoIs(made.body.key)).toBe('key:box');
    expect((await on.signIn('ada')).caller.username).toBe('ada');
  });

  it('sets a password, ends the sessions and opens a locked account', async () => {
    const id = await on.addUser('ada', 'user');
    const ada = await on.signIn('ada');
    for (let n = 0; n < 10; n += 1) await on.login('ada', 'wrong');
    expect(await on.login('ada')).toMatchObject({ refusal: { code: 'rate_limited' } });
    await update(id, { password: 'another-kelp-forest' });
    expect(await on.whoIs(ada.token)).toBe('session_expired');
    expect(await on.login('ada')).toMatchObject({ refusal: { code: 'invalid_credentials' } });
    expect((await on.signIn('ada', 'another-kelp-forest')).caller.userId).toBe(id);
    const all = await on.everything();
    expect(all).not.toContain('another-kelp-forest');
  });

  it('leaves no record and no ended session where nothing differs', async () => {
    const id = await on.addUser('ada', 'user');
    const ada = await on.signIn('ada');
    const before = await on.everything();
    expect(await update(id, { role: 'user', disabled: false })).toMatchObject({ status: 200 });
    expect(await on.everything()).toBe(before);
    expect(await on.whoIs(ada.token)).toBe('ada');
  });

  it('refuses what it must, and then changes nothing', async () => {
    const id = await on.addUser('ada', 'user');
    const before = await on.everything();
    expect(await update(id + 1, { disabled: true })).toMatchObject({ refusal: { code: 'not_found' } });
    expect(await update(Number.MAX_SAFE_INTEGER, { role: 'user' })).toMatchObject({ refusal: { code: 'not_found' } });
    expect(await update(id + 1, { password: PASSWORD })).toMatchObject({ refusal: { code: 'not_found' } });
    expect(await update(id, { role: 'viewer', password: 'short' })).toMatchObject({
      refusal: { code: 'weak_password' },
    });
    expect(await update(admin.userId, { role: 'user' })).toMatchObject({ refusal: { code: 'last_admin' } });
    expect(await update(admin.userId, { disabled: true })).toMatchObject({ refusal: { code: 'last_admin' } });
    expect(await update(admin.userId, { disabled: true, password: 'another-kelp-forest' })).toMatchObject({
      refusal: { code: 'last_admin' },
    });
    expect(await on.everything()).toBe(before);
  });

  it.each([1, 2, 3])('leaves one admin when two demote one another at the same time (%i)', async () => {
    const id = await on.addUser('ada', 'admin');
    const ada = (await on.signIn('ada')).caller;
    await warmUp(on.database);
    const answers = await Promise.all([update(id, { role: 'user' }), update(admin.userId, { disabled: true }, ada)]);
    expect(answers.map((answer) => ('refusal' in answer ? answer.refusal.code : answer.status)).sort()).toEqual([
      200,
      'last_admin',
    ]);
    const left = on.db.selectFrom('users').select('id').where('role', '=', 'admin').where('disabled', '=', false);
    expect(await left.execute()).toHaveLength(1);
    expect((await on.records()).filter((record) => record.action === 'user_updated')).toHaveLength(1);
  });

  it.each([1, 2, 3, 4, 5, 6])('leaves no session of an account that was disabled while it logged in (%i)', async () => {
    const id = await on.addUser('ada', 'user');
    const [answer] = await Promise.all([on.login('ada'), update(id, { disabled: true })]);
    const open = on.db.selectFrom('sessions').select('id').where('user_id', '=', id).where('ended_at', 'is', null);
    expect(await open.execute()).toEqual([]);
    if (!('refusal' in answer)) expect(await on.whoIs(answer.body.token)).toBe('session_expired');
  });

  it('leaves one admin when each of five demotes themselves', async () => {
    const ids = [admin.userId];
    for (const name of ['anna', 'bert', 'cora', 'dirk']) ids.push(await on.addUser(name, 'admin'));
    await Promise.all(ids.map((id) => update(id, { role: 'viewer' })));
    const left = on.db.selectFrom('users').select('id').where('role', '=', 'admin');
    expect(await left.execute()).toHaveLength(1);
  });
});

describe('listUsers', () => {
  it('pages, newest first, by cursor and by offset, without a hash', async () => {
    for (const name of ['u01', 'u02', 'u03', 'u04']) {
      await on.addUser(name, 'user');
      if (name !== 'u02') on.advance(1);
    }
    const list = async (query: { limit: number; offset?: number; cursor?: string }) => {
      const answer = await on.auth.handlers.listUsers(
        callOf(admin, { query: { offset: undefined, cursor: undefined, ...query } }),
      );
      if ('refusal' in answer) throw new Error(answer.refusal.detail);
      return answer.body;
    };
    const names: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await list({ limit: 2, ...(cursor ? { cursor } : {}) });
      expect(page).toMatchObject({ success: true, total: 5, totalRelation: 'eq', pageSize: 2 });
      names.push(...page.users.map((user) => user.username));
      cursor = page.nextCursor;
    } while (cursor);
    expect(names).toEqual(['u04', 'u03', 'u02', 'u01', 'root']);
    expect((await list({ limit: 2, offset: 2 })).users.map((user) => user.username)).toEqual(['u02', 'u01']);
    expect(JSON.stringify(await list({ limit: 50 }))).not.toContain('$2b$');
  });

  it.each(['nonsense', Buffer.from('["2026-01-01T00:00:00.000Z","1; drop"]').toString('base64url')])(
    'refuses the cursor %s',
    async (cursor) => {
      const answer = await on.auth.handlers.listUsers(
        callOf(admin, { query: { limit: 2, offset: undefined, cursor } }),
      );
      expect(answer).toMatchObject({ refusal: { code: 'invalid_request' } });
    },
  );
});
