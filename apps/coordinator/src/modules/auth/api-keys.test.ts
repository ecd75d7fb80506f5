import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OpenDatabase } from '../../db/open-database.ts';
import type { Person } from '../../http/caller.ts';
import { sha256Hex } from '../../runtime.ts';
import type { AuthModule } from './auth.module.ts';
import { type AuthFixture, callOf, openAuth } from './testing/open-auth.ts';

let on: AuthFixture;
let elsewhere: OpenDatabase;
let other: AuthModule;
let admin: Person;
beforeAll(async () => {
  on = await openAuth();
  elsewhere = await on.database.openAgain();
  other = on.instance(elsewhere);
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
  await on.addUser('root', 'admin');
  admin = (await on.signIn('root')).caller;
});

interface More {
  owner?: string;
  serverId?: string;
  expiresAt?: string;
}
const create = (name: string, more: More = {}) =>
  on.auth.handlers.createApiKey(
    callOf(admin, {
      body: { name, kind: 'installer' as const, serverId: 'box-1', owner: undefined, expiresAt: undefined, ...more },
    }),
  );
const made = async (name: string, more?: More) => {
  const answer = await create(name, more);
  if ('refusal' in answer) throw new Error(answer.refusal.detail);
  return answer.body;
};
const revoke = (id: string) => on.auth.handlers.revokeApiKey(callOf(admin, { params: { id } }));
const machine = async (key: string) => {
  const known = await on.auth.authenticateToken(key, { fresh: true });
  if (!known.ok) throw new Error(known.refusal.detail);
  return known.value;
};
const codeOf = (answer: object) => ('refusal' in answer ? (answer.refusal as { code: string }).code : 'ok');

describe('a key', () => {
  it('is shown once, stored hashed, and makes one machine of its owner', async () => {
    const ada = await on.addUser('ada', 'user');
    const { id, key } = await made('Büro 1', { owner: 'ada' });
    expect(key).toMatch(/^mcpk_[A-Za-z0-9_-]{43}$/);
    const all = await on.everything();
    expect(all).not.toContain(key);
    expect(all).toContain(sha256Hex(key));
    const byHeader = await on.auth.authenticate({ apiKey: key, fresh: false });
    const byBearer = await on.auth.authenticate({ authorization: `Bearer ${key}`, fresh: false });
    expect(byBearer).toEqual(byHeader);
    expect(byHeader).toMatchObject({
      ok: true,
      value: {
        ...{ kind: 'machine', actor: 'key:Büro 1', keyId: id, name: 'Büro 1' },
        ...{ serverId: 'box-1', serverKind: 'installer', ownerId: ada, ownerUsername: 'ada' },
      },
    });
    const caller = await machine(key);
    expect([...caller.permissions].sort()).toEqual([
      'propose_remediation',
      'register_server',
      'request_assessment',
      'view_results',
    ]);
    expect(await on.auth.handlers.showPermissions(callOf(caller))).toMatchObject({
      body: { username: 'key:Büro 1', role: 'machine' },
    });
    expect((await on.records()).at(-1)).toEqual({
      ...{ action: 'api_key_created', actor: 'root', target: 'key:Büro 1', result: 'success', requestId: 'req-2' },
      details: { keyId: id, kind: 'installer', serverId: 'box-1', owner: 'ada' },
    });
  });

  it.each(['mcpk_', `mcpk_${'A'.repeat(43)}`, `mcpk_${'A'.repeat(44)}`, `mcpk_${'é'.repeat(43)}`, "mcpk_' or 1=1 --"])(
    'that nobody made is refused: %s',
    async (key) => {
      await made('box');
      const before = await on.everything();
      expect(await on.whoIs(key)).toBe('unauthenticated');
      expect(await on.auth.authenticate({ apiKey: key, fresh: true })).toMatchObject({ ok: false });
      expect(await on.everything()).toBe(before);
    },
  );

  it('notes its use at most once a minute', async () => {
    const { id, key } = await made('box');
    const lastUsed = async () => {
      const found = on.db.selectFrom('api_keys').select('last_used_at').where('id', '=', id);
      return (await found.executeTakeFirstOrThrow()).last_used_at;
    };
    expect(await lastUsed()).toBeNull();
    await on.whoIs(key);
    const first = on.clock();
    expect(await lastUsed()).toEqual(first);
    on.advance(59);
    await on.whoIs(key, { fresh: true });
    expect(await lastUsed()).toEqual(first);
    on.advance(1);
    await on.whoIs(key);
    expect(await lastUsed()).toEqual(on.clock());
  });
});

describe('a key with an end', () => {
  const inSeconds = (seconds: number) => new Date(on.clock().getTime() + seconds * 1000).toISOString();

  it('works until then, wherever it is asked for, and is listed with it', async () => {
    const expiresAt = inSeconds(60);
    const { key } = await made('box', { expiresAt });
    const caller = await machine(key);
    expect((await on.records()).at(-1)).toMatchObject({ action: 'api_key_created', details: { expiresAt } });
    const listed = await on.auth.handlers.listApiKeys(
      callOf(admin, { query: { limit: 2, offset: undefined, cursor: undefined } }),
    );
    expect(listed).toMatchObject({ body: { apiKeys: [{ name: 'box', owner: 'root', expiresAt, revokedAt: null }] } });
    on.advance(59.999);
    expect(await on.whoIs(key)).toBe('key:box');
    expect(await on.auth.isStillValid(caller)).toBe(true);
    on.advance(0.001);
    const before = await on.everything();
    for (const by of [on.auth, other]) {
      expect(await on.whoIs(key, { by })).toBe('unauthenticated');
      expect(await by.isStillValid(caller)).toBe(false);
    }
    expect(await on.everything()).toBe(before);
  });

  it('is revoked soon after, which cuts its link and frees its name', async () => {
    const { id } = await made('box', { expiresAt: inSeconds(60) });
    const lasting = await made('other', { expiresAt: inSeconds(61) });
    const heard = [on.auth, other].map((instance) => new Promise<string>((resolve) => instance.onKeyRevoked(resolve)));
    on.advance(60);
    await on.auth.revokeExpiredKeys();
    expect(await Promise.all(heard)).toEqual([id, id]);
    expect((await on.records()).at(-1)).toEqual({
      ...{ action: 'api_key_revoked', actor: 'system', target: 'key:box', result: 'success', requestId: null },
      details: { keyId: id, kind: 'installer', serverId: 'box-1', reason: 'expired' },
    });
    expect(await on.whoIs(lasting.key)).toBe('key:other');
    expect(codeOf(await create('box'))).toBe('ok');
    const before = await on.everything();
    await on.auth.revokeExpiredKeys();
    expect(await on.everything()).toBe(before);
  });

  it('is not made when that is over already', async () => {
    const before = await on.everything();
    expect(await create('box', { expiresAt: inSeconds(0) })).toMatchObject({
      refusal: { code: 'invalid_request', errors: [{ path: '/expiresAt' }] },
    });
    expect(await on.everything()).toBe(before);
  });
});

describe('createApiKey', () => {
  it('refuses a name in use and an owner who is not there, and then makes nothing', async () => {
    await made('box');
    await on.addUser('dora', 'user', { disabled: true });
    const before = await on.everything();
    expect(codeOf(await create('box', { serverId: 'box-2' }))).toBe('name_taken');
    expect(codeOf(await create('box-2', { owner: 'nobody' }))).toBe('not_found');
    expect(codeOf(await create('box-2', { owner: 'dora' }))).toBe('not_found');
    expect(await on.everything()).toBe(before);
  });

  it('gives a name to one of two who ask at the same time, and again after it was revoked', async () => {
    const answers = await Promise.all([create('box'), create('box')]);
    expect(answers.map(codeOf).sort()).toEqual(['name_taken', 'ok']);
    const [first] = await on.db.selectFrom('api_keys').select('id').execute();
    await revoke(first?.id ?? '');
    expect(codeOf(await create('box'))).toBe('ok');
  });

  it('never gives a name to another machine, even after it was revoked: it is who the key is', async () => {
    const { id } = await made('box');
    await revoke(id);
    const before = await on.everything();
    expect(codeOf(await create('box', { serverId: 'box-2' }))).toBe('name_taken');
    expect(await on.everything()).toBe(before);
    expect(codeOf(await create('box'))).toBe('ok');
  });
});

describe('revokeApiKey', () => {
  it('shuts the key out at once, here and elsewhere, and says whose link to cut', async () => {
    const { id, key } = await made('box');
    const caller = await machine(key);
    expect(await on.whoIs(key, { by: other })).toBe('key:box');
    const heard = [on.auth, other].map((instance) => new Promise<string>((resolve) => instance.onKeyRevoked(resolve)));
    expect(await revoke(id)).toEqual({ status: 200, body: { success: true, id } });
    expect(await on.whoIs(key)).toBe('unauthenticated');
    expect(await on.auth.isStillValid(caller)).toBe(false);
    expect(await Promise.all(heard)).toEqual([id, id]);
    expect(await on.whoIs(key, { by: other })).toBe('unauthenticated');
    expect(await other.isStillValid(caller)).toBe(false);
    expect((await on.records()).at(-1)).toEqual({
      ...{ action: 'api_key_revoked', actor: 'root', target: 'key:box', result: 'success', requestId: 'req-2' },
      details: { keyId: id, kind: 'installer', serverId: 'box-1' },
    });
    expect(await on.db.selectFrom('event_outbox').select(['channel', 'event', 'data']).execute()).toEqual([
      {
        ...{ channel: 'servers', event: 'api_key.revoked' },
        data: { keyId: id, name: 'box', kind: 'installer', serverId: 'box-1' },
      },
    ]);
  });

  it('says whose link to cut when the owner is disabled', async () => {
    const ada = await on.addUser('ada', 'user');
    const { id } = await made('box', { owner: 'ada' });
    const heard = new Promise<string>((resolve) => other.onKeyRevoked(resolve));
    await on.auth.handlers.updateUser(
      callOf(admin, { params: { id: ada }, body: { disabled: true, role: undefined, password: undefined } }),
    );
    expect(await heard).toBe(id);
  });

  it('does nothing a second time, and nothing to what is not there', async () => {
    const { id } = await made('box');
    await revoke(id);
    const before = await on.everything();
    expect(await revoke(id)).toMatchObject({ status: 200 });
    expect(codeOf(await revoke('key_of_nobody'))).toBe('not_found');
    expect(await on.everything()).toBe(before);
  });
});

describe('listApiKeys', () => {
  it('pages, newest first, with the revoked ones and without any value', async () => {
    const keys = [await made('first')];
    on.advance(1);
    keys.push(await made('second'), await made('third'));
    await revoke(keys[0]?.id ?? '');
    const list = async (cursor?: string) => {
      const answer = await on.auth.handlers.listApiKeys(
        callOf(admin, { query: { limit: 2, offset: undefined, cursor } }),
      );
      if ('refusal' in answer) throw new Error(answer.refusal.detail);
      return answer.body;
    };
    const first = await list();
    const second = await list(first.nextCursor ?? undefined);
    const all = [...first.apiKeys, ...second.apiKeys];
    expect(first).toMatchObject({ total: 3, pageSize: 2 });
    expect(second.nextCursor).toBeNull();
    expect(all.map((key) => key.name).sort()).toEqual(['first', 'second', 'third']);
    expect(all.at(-1)).toMatchObject({ name: 'first', owner: 'root', revokedAt: on.clock().toISOString() });
    for (const { key } of keys) expect(JSON.stringify(all)).not.toContain(sha256Hex(key));
  });

  it('refuses a cursor of its own making', async () => {
    const cursor = Buffer.from('["2026-01-01T00:00:00.000Z","a\\u0000"]').toString('base64url');
    const answer = await on.auth.handlers.listApiKeys(
      callOf(admin, { query: { limit: 2, offset: undefined, cursor } }),
    );
    expect(codeOf(answer)).toBe('invalid_request');
  });
});

describe('provisionLocalKey', () => {
  const wish = { name: 'local:installer', kind: 'installer', serverId: 'local-installer', place: null } as const;

  it('makes a new key at each start, owned by the first admin, and revokes the former', async () => {
    await on.addUser('second', 'admin');
    const { key: first } = await on.auth.provisionLocalKey(wish);
    expect(await machine(first)).toMatchObject({
      actor: 'key:local:installer',
      ownerUsername: 'root',
      serverId: 'local-installer',
    });
    const { key: second } = await on.auth.provisionLocalKey(wish);
    expect(await on.whoIs(first)).toBe('unauthenticated');
    expect(await on.whoIs(second)).toBe('key:local:installer');
    const records = (await on.records()).filter((record) => record.actor === 'system');
    expect(records.map((record) => record.action).sort()).toEqual([
      'api_key_created',
      'api_key_created',
      'api_key_revoked',
    ]);
  });

  it('leaves one live key of two starts at once', async () => {
    await Promise.all([on.auth.provisionLocalKey(wish), other.provisionLocalKey(wish)]);
    const live = on.db.selectFrom('api_keys').select('id').where('revoked_at', 'is', null);
    expect(await live.execute()).toHaveLength(1);
  });

  it('gives each of several places a key and a server of its own, the same at every start', async () => {
    const alone = await on.auth.provisionLocalKey(wish);
    const at = (place: string) => on.auth.provisionLocalKey({ ...wish, place });
    const first = await at('here');
    expect(first.serverId, 'the first goes on with what was there').toBe(alone.serverId);
    expect(await on.whoIs(alone.key)).toBe('unauthenticated');
    const second = await at('there');
    expect(second.serverId).toBe('local-installer-there');
    expect(await on.whoIs(first.key)).toBe('key:local:installer:here');
    expect(await on.whoIs(second.key)).toBe('key:local:installer:there');
    expect((await at('here')).serverId).toBe('local-installer');
    expect((await at('there')).serverId).toBe('local-installer-there');
    expect(await on.whoIs(second.key)).toBe('unauthenticated');
  });

  it('needs an admin', async () => {
    await on.db.updateTable('users').set({ disabled: true }).execute();
    const before = await on.everything();
    await expect(on.auth.provisionLocalKey(wish)).rejects.toThrow('active admin');
    expect(await on.everything()).toBe(before);
  });
});
