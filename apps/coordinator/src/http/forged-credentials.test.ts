import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { base64url, decodeJwt, exportJWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKeys } from '../keys.ts';
import type { SessionKey } from '../modules/keys/keys.module.ts';
import { Client } from '../modules/realtime/testing/open-realtime.ts';
import { databaseState } from '../testing/database-state.ts';
import { startTestApp, TEST_SECRET, TEST_SECRETS, type TestApp } from '../testing/harness.ts';
import { openLink } from '../testing/open-link.ts';
import { expectProblem } from '../testing/problems.ts';

const HEADER = { alg: 'HS256', typ: 'mcp-session+jwt' };

let app: TestApp;
/** Those of the coordinator itself: whoever had them could still forge nothing that is meant for something else. */
let KEYS: { session: SessionKey; grant: { id: string; key: KeyObject }; grantPublic: Uint8Array; audit: KeyObject };
/** What a token of the admin says, which is live as long as its session. */
let claims: Record<string, unknown>;
beforeAll(async () => {
  app = await startTestApp();
  // A busy machine would write alerts between two looks at the database.
  await app.admin('PUT', '/alerts/rules', { critical: [], warning: [] });
  const keys = await openKeys(app.database.db, TEST_SECRETS, () => app.now());
  const [published] = (await keys.grants.published()).keys;
  KEYS = {
    session: keys.sessions.current(),
    grant: await keys.grants.current(),
    grantPublic: Buffer.from(published?.x ?? '', 'base64url'),
    audit: keys.auditSigning,
  };
  claims = decodeJwt(app.adminToken);
});
afterAll(() => app.close());

type Key = KeyObject | Uint8Array;
const sign = (header: object, payload: object, key: Key) =>
  new SignJWT({ ...claims, ...payload }).setProtectedHeader({ ...HEADER, kid: KEYS.session.id, ...header }).sign(key);
const seconds = () => Math.floor(app.now().getTime() / 1000);
const own = generateKeyPairSync('ed25519');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** Each differs from a good one in one thing. */
const FORGERIES: Record<string, () => Promise<string> | string> = {
  'without an algorithm': () => new UnsecuredJWT(claims).encode(),
  'without a signature': () => app.adminToken.replace(/[^.]+$/, ''),
  'with another algorithm': () =>
    sign({ alg: 'HS512' }, {}, new Uint8Array([...KEYS.session.token, ...KEYS.session.token])),
  'signed by the key of grants': () => sign({ alg: 'EdDSA', kid: KEYS.grant.id }, {}, KEYS.grant.key),
  'signed by the key of the audit log': () => sign({ alg: 'EdDSA' }, {}, KEYS.audit),
  'signed with the public key of grants as a secret': () => sign({ kid: KEYS.grant.id }, {}, KEYS.grantPublic),
  'signed with the secret of the cookie': () => sign({}, {}, KEYS.session.cookie),
  'signed with the secret before its derivation': () => sign({}, {}, Buffer.from(TEST_SECRET)),
  'that brings its own key': async () =>
    sign({ alg: 'EdDSA', jwk: await exportJWK(own.publicKey) }, {}, own.privateKey),
  'that says where its key lies': () =>
    sign({ alg: 'RS256', jku: `${app.base}/.well-known/jwks.json`, kid: 'grant' }, {}, rsa.privateKey),
  'whose key is a file': () => sign({ kid: '../../../../dev/null' }, {}, new Uint8Array(32)),
  'whose key is a query': () => sign({ kid: "' union select 'x" }, {}, Buffer.from('x'.repeat(32))),
  'of another type': () => sign({ typ: 'JWT' }, {}, KEYS.session.token),
  'for another audience': () => sign({}, { aud: 'mcp-installer' }, KEYS.session.token),
  'for several audiences, none of them ours': () => sign({}, { aud: ['a', 'b'] }, KEYS.session.token),
  'of another issuer': () => sign({}, { iss: 'http://evil.example' }, KEYS.session.token),
  'of another session': () => sign({}, { sid: 'session-of-nobody' }, KEYS.session.token),
  'of another person’s session': () => sign({}, { sub: '999' }, KEYS.session.token),
  'that never ends': () => sign({}, { exp: undefined }, KEYS.session.token),
  'that expired a second ago': () => sign({}, { exp: seconds() - 1 }, KEYS.session.token),
  'from tomorrow': () => sign({}, { nbf: seconds() + 86_400 }, KEYS.session.token),
  'with an altered payload': () => {
    const [header, , signature] = app.adminToken.split('.');
    return `${header}.${base64url.encode(JSON.stringify({ ...claims, exp: seconds() + 9_999 }))}.${signature}`;
  },
};

it('a token made here as the coordinator makes them is taken: what follows differs by one thing each', async () => {
  const { status } = await app.as(await sign({}, {}, KEYS.session.token))('GET', '/auth/permissions');
  expect(status).toBe(200);
});

describe.each(Object.keys(FORGERIES))('a token %s', (name) => {
  it('reads nothing, writes nothing and opens no socket', async () => {
    const token = (await FORGERIES[name]?.()) ?? '';
    const before = await databaseState(app);
    const ask = app.as(token);
    const body = { username: 'mallory', password: 'kelp-forest-umbrella', role: 'admin' };
    for (const answer of [await ask('GET', '/users'), await ask('POST', '/users', body)]) {
      expectProblem(answer, answer.body.code === 'session_expired' ? 'session_expired' : 'unauthenticated');
    }
    const bearer = { authorization: `Bearer ${token}` };
    for (const path of ['/ws', '/api/v1/servers/installer-1/link'])
      expect((await openLink(app, path, bearer)).refused).toMatchObject({ status: 401 });
    const client = await Client.open(`${app.base.replace('http', 'ws')}/ws`, { type: 'authenticate', token });
    expect(await client.closed).toBe(4401);
    expect(client.messages.map(({ type }) => type)).toEqual(['error']);
    expect(await databaseState(app)).toEqual(before);
  });
});

it('attempts of nobody are summed up by address and minute, those to open a socket too', async () => {
  const recorded = async () =>
    (await app.admin('GET', '/audit/logs?actor=anonymous&action=access_denied&limit=200')).body.logs;
  const attempts = (logs: { details: { attempts: number } }[]) =>
    logs.reduce((sum, { details }) => sum + details.attempts, 0);
  const knock = () => app.anyone('GET', '/users');
  app.advance(61_000);
  await knock();
  const before = attempts(await recorded());
  await openLink(app, '/ws', { authorization: 'Bearer nonsense' });
  await openLink(app, '/api/v1/servers/installer-1/link', {});
  await openLink(app, '/ws', { origin: 'https://evil.example' });
  app.advance(61_000);
  await knock();
  const logs = await recorded();
  expect(attempts(logs) - before).toBe(4);
  expect(logs[0]).toMatchObject({ actor: 'anonymous', result: 'denied', target: expect.stringContaining('127.0.0.1') });
});
