import { decodeJwt, decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openKeys } from '../../keys.ts';
import { ended, execute, installAction } from '../../testing/change-road.ts';
import { TEST_SECRETS, type TestApp, until } from '../../testing/harness.ts';
import { openRoad, type Road } from '../../testing/open-road.ts';
import { auditOf, dumpEverything } from '../../testing/road-state.ts';
import { startSecondCoordinator } from '../../testing/second-coordinator.ts';

const GRANT_MS = 600_000;
const SPREAD_MS = 120_000;

let road: Road;
let app: TestApp;
beforeAll(async () => {
  road = await openRoad();
  app = road.app;
});
afterAll(() => app.close());

const rotate = async (purpose: 'grant' | 'session', atOnce = false) => {
  const answer = await app.coordinator.operate({
    operator: 'root',
    request: { operation: 'rotate_key', purpose, atOnce },
  });
  if (!answer.ok) throw new Error(answer.refusal.detail);
  return answer.value as { keyId: string; replacedKeyId: string; retiresAt: string; sessionsEnded: number };
};
const jwks = async () => (await app.anyone('GET', '/.well-known/jwks.json')).body;
const publishedIds = async (): Promise<string[]> => (await jwks()).keys.map(({ kid }: { kid: string }) => kid);
const stored = (id: string) =>
  app.database.db.selectFrom('signing_keys').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

describe('the key that signs grants', () => {
  it('rotates in the middle of an execution: the next action is granted by the new key', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const grants: string[] = [];
    road.installer.script('install_server', async ({ grant, executionId, action }) => {
      grants.push(grant as string);
      const { id } = action as { id: string };
      if (grants.length === 1) await held;
      const outcome = { executionId, actionId: id, status: 'completed', error: null, diff: '', log: [] };
      road.installer.entries.add(id.slice('install-'.length));
      return { outcome: { ...outcome, replayed: false, durationMs: 1 } };
    });
    const { proposalId, token, executionId } = await road.approved([installAction('one'), installAction('two')]);
    expect((await execute(road.approver.ask, proposalId, token)).status).toBe(202);
    await until('the first action is under way', () => Promise.resolve(grants.length === 1));
    const { keyId, replacedKeyId, retiresAt } = await rotate('grant');
    expect((await publishedIds()).sort()).toEqual([keyId, replacedKeyId].sort());
    release();
    expect((await ended(app, executionId)).body).toMatchObject({ status: 'completed', results: { successful: 2 } });
    expect(grants.map((grant) => decodeProtectedHeader(grant).kid)).toEqual([replacedKeyId, keyId]);

    // Both verify with what is published, and the new one is vouched for by the old one.
    const { keys, endorsements } = await jwks();
    for (const grant of grants) {
      const jwk = keys.find(({ kid }: { kid: string }) => kid === decodeProtectedHeader(grant).kid);
      await jwtVerify(grant, await importJWK(jwk, 'EdDSA'), { algorithms: ['EdDSA'], currentDate: app.now() });
    }
    const old = keys.find(({ kid }: { kid: string }) => kid === replacedKeyId);
    const { payload } = await jwtVerify(endorsements.at(-1), await importJWK(old, 'EdDSA'), {
      typ: 'mcp-key-endorsement+jwt',
    });
    expect(payload['jwk']).toMatchObject({ kid: keyId });

    // Published until the last grant that it can have signed has expired, and then no more.
    const lastExpiry = Number(decodeJwt(grants[0]!).exp) * 1000;
    expect(new Date(retiresAt).getTime()).toBeGreaterThan(lastExpiry);
    app.advance(GRANT_MS);
    await app.coordinator.signingKeys.look();
    expect(await publishedIds()).toContain(replacedKeyId);
    app.advance(SPREAD_MS);
    expect(await publishedIds()).toEqual([keyId]);
    await app.coordinator.signingKeys.look();
    expect(await stored(replacedKeyId)).toMatchObject({ sealed: null, retired_at: expect.any(Date) });
    expect(await auditOf(app, 'signing_key_rotated', keyId)).toMatchObject({
      actor: 'system',
      details: { purpose: 'grant', replaced: replacedKeyId, atOnce: false, operator: 'root', retiresAt },
    });
    expect(await auditOf(app, 'signing_key_retired', replacedKeyId)).toMatchObject({ details: { purpose: 'grant' } });
    expect((await jwks()).endorsements).toEqual(endorsements);
  });

  it('goes at once when it must, and the private half with it', async () => {
    const { keyId, replacedKeyId } = await rotate('grant', true);
    expect(await publishedIds()).toEqual([keyId]);
    expect((await stored(replacedKeyId)).sealed).toBeNull();
    await auditOf(app, 'signing_key_retired', replacedKeyId);
  });

  it('has one successor when several are asked for at once', async () => {
    const rotated = await Promise.all(Array.from({ length: 5 }, () => rotate('grant')));
    expect(new Set(rotated.map(({ replacedKeyId }) => replacedKeyId)).size).toBe(5);
    const signing = await app.database.db
      .selectFrom('signing_keys')
      .select('id')
      .where('purpose', '=', 'grant')
      .where('replaced_at', 'is', null)
      .execute();
    expect(signing).toHaveLength(1);
    expect((await jwks()).endorsements.length).toBeGreaterThanOrEqual(6);
  });

  it('stands in clear nowhere', async () => {
    const keys = await app.database.db.selectFrom('signing_keys').selectAll().execute();
    for (const { sealed } of keys) expect(sealed === null || sealed.startsWith('e1.')).toBe(true);
    const { key } = await road.app.coordinator.keysInUse.grants.current();
    expect(await dumpEverything(app)).not.toContain(key.export({ format: 'jwk' }).d);
  });
});

describe('the key that signs sessions', () => {
  beforeEach(async () => {
    await app.database.db.deleteFrom('login_failures').execute();
  });

  it('rotates, and whoever is signed in stays so until their session ends', async () => {
    const person = await app.person('viewer');
    const before = await app.anyone('POST', '/auth/login', {
      username: person.username,
      password: `a password for ${person.username} 1`,
    });
    const cookie = String(before.headers.get('set-cookie')).split(';')[0]!;
    const { keyId, replacedKeyId } = await rotate('session');
    expect((await person.ask('GET', '/auth/permissions')).status).toBe(200);
    expect((await app.anyone('GET', '/auth/permissions', undefined, { cookie })).status).toBe(200);
    const renewed = await person.ask('POST', '/auth/refresh');
    expect(decodeProtectedHeader(renewed.body.token).kid).toBe(keyId);
    expect(decodeProtectedHeader(before.body.token).kid).toBe(replacedKeyId);
    expect(await auditOf(app, 'signing_key_rotated', keyId)).toMatchObject({ details: { purpose: 'session' } });
  });

  it('that another instance made is known there, and one that nobody made is not', async () => {
    const database = await app.database.openAgain();
    const elsewhere = await openKeys(database.db, TEST_SECRETS, () => app.now());
    const { keyId } = await rotate('session');
    app.advance(1_000);
    expect(await elsewhere.sessions.find(keyId)).toMatchObject({ id: keyId });
    expect(await elsewhere.sessions.find('session_of_nobody')).toBeUndefined();
    await database.close();
  });

  it('goes at once when it must: every session ends, on every instance', async () => {
    const person = await app.person('viewer');
    const second = await startSecondCoordinator(app);
    const { keyId, replacedKeyId, sessionsEnded } = await rotate('session', true);
    expect(sessionsEnded).toBeGreaterThan(0);
    expect((await person.ask('GET', '/auth/permissions')).status).toBe(401);
    const live = await app.database.db.selectFrom('sessions').select('id').where('ended_at', 'is', null).execute();
    expect(live).toEqual([]);
    expect((await stored(replacedKeyId)).sealed).toBeNull();
    expect(await auditOf(app, 'signing_key_rotated', keyId)).toMatchObject({
      details: { atOnce: true, sessionsEnded },
    });
    expect(
      (await app.as(await app.signIn('admin', 'an admin password of good length 1'))('GET', '/users')).status,
    ).toBe(200);
    expect((await second.as(person.token)('GET', '/auth/permissions')).status).toBe(401);
    await second.stop();
  });
});

it('with another JWT_SECRET no session stands, though the database is the same', async () => {
  const database = await app.database.openAgain();
  const opened = await openKeys(
    database.db,
    { ...TEST_SECRETS, jwtSecret: 'another secret of the tests, long enough' },
    () => app.now(),
  );
  const [other, own] = [opened.sessions.current(), app.coordinator.keysInUse.sessions.current()];
  expect(other.id).toBe(own.id);
  expect(Buffer.from(other.token)).not.toEqual(Buffer.from(own.token));
  await database.close();
});
