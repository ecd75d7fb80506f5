import { createHmac } from 'node:crypto';
import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SessionKey } from '../keys/keys.module.ts';
import { createSessionTokens, type SessionTokens } from './session-token.ts';

const SECRET = new Uint8Array(32).fill(7);
const ISSUER = 'http://localhost:3000';
const START = Date.UTC(2026, 0, 1);
const SECONDS = START / 1000;
const CLAIMS = { sessionId: 'sess_1', refreshId: 'refresh_1', userId: 42, expiresAt: SECONDS + 3600 };

const KEY = { id: 'k1', token: SECRET, cookie: new Uint8Array(32).fill(8) };
let accepted: SessionKey[];
let now: number;
let tokens: SessionTokens;
beforeEach(() => {
  now = START;
  accepted = [KEY];
  let id = 0;
  tokens = createSessionTokens({
    keys: {
      current: () => KEY,
      find: (id) => Promise.resolve(accepted.find((key) => key.id === id)),
      accepted: () => accepted,
    },
    issuer: ISSUER,
    clock: () => new Date(now),
    newId: (p) => `${p}_${id++}`,
  });
});

const HEADER = { alg: 'HS256', typ: 'mcp-session+jwt', kid: 'k1' };
const PAYLOAD: JWTPayload = {
  iss: ISSUER,
  aud: 'mcp-coordinator-api',
  sub: '42',
  sid: 'sess_1',
  rid: 'refresh_1',
  iat: SECONDS,
  exp: SECONDS + 3600,
};
const without = (claim: string) => Object.fromEntries(Object.entries(PAYLOAD).filter(([name]) => name !== claim));
const forge = (payload: JWTPayload, header: { alg: string; typ?: string; kid?: string } = HEADER, secret = SECRET) =>
  new SignJWT(payload).setProtectedHeader(header).sign(secret);
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a session token', () => {
  it('comes back as what was signed, from the cache too, and never twice the same', async () => {
    const [token, other] = [await tokens.sign(CLAIMS), await tokens.sign(CLAIMS)];
    expect(other).not.toBe(token);
    expect(await tokens.check(token)).toEqual({ state: 'valid', claims: CLAIMS });
    expect(await tokens.check(token)).toEqual({ state: 'valid', claims: CLAIMS });
  });

  it.each(['new', 'remembered'])('is valid until the second it expires, %s', async (kind) => {
    const token = await tokens.sign(CLAIMS);
    if (kind === 'remembered') await tokens.check(token);
    now = START + 3600_000 - 1;
    expect((await tokens.check(token)).state).toBe('valid');
    now = START + 3600_000;
    expect((await tokens.check(token)).state).toBe('expired');
    now = START + 3601_000;
    expect((await tokens.check(token)).state).toBe('expired');
  });

  it('counts as long as its key is accepted, from the cache too', async () => {
    const token = await tokens.sign(CLAIMS);
    expect((await tokens.check(token)).state).toBe('valid');
    accepted = [{ ...KEY, id: 'k2', token: new Uint8Array(32).fill(9) }, KEY];
    expect((await tokens.check(token)).state).toBe('valid');
    accepted = accepted.slice(0, 1);
    expect((await tokens.check(token)).state).toBe('invalid');
  });

  it('that names another key than the one that signed it is none', async () => {
    accepted = [KEY, { ...KEY, id: 'k2', token: new Uint8Array(32).fill(9) }];
    expect((await tokens.check(await forge(PAYLOAD, { ...HEADER, kid: 'k2' }))).state).toBe('invalid');
    expect((await tokens.check(await forge(PAYLOAD, { ...HEADER, kid: 'k3' }))).state).toBe('invalid');
    expect((await tokens.check(await forge(PAYLOAD, { alg: 'HS256', typ: 'mcp-session+jwt' }))).state).toBe('invalid');
  });

  it('expired a second ago is expired, though nobody saw it before', async () => {
    expect((await tokens.check(await forge({ ...PAYLOAD, exp: SECONDS - 1 }))).state).toBe('expired');
  });

  it('is accepted when forged with the right secret and claims: the cases below differ by one thing each', async () => {
    expect((await tokens.check(await forge(PAYLOAD))).state).toBe('valid');
  });

  it.each([
    ['another issuer', { ...PAYLOAD, iss: 'http://evil.example' }],
    ['another audience', { ...PAYLOAD, aud: 'mcp-installer' }],
    ['no issuer', without('iss')],
    ['no audience', without('aud')],
    ['no subject', without('sub')],
    ['no session', without('sid')],
    ['no place in its chain', without('rid')],
    ['no expiry', without('exp')],
    ['no time of issue', without('iat')],
    ['a subject that is no id', { ...PAYLOAD, sub: 'admin' }],
    ['a session that is no text', { ...PAYLOAD, sid: { $ne: null } }],
    ['a time before which it is not valid', { ...PAYLOAD, nbf: SECONDS + 60 }],
  ])('with %s is not valid', async (_what, payload) => {
    expect((await tokens.check(await forge(payload))).state).toBe('invalid');
  });

  it.each([
    ['HS512 with the right secret', { ...HEADER, alg: 'HS512' }],
    ['another type', { ...HEADER, typ: 'JWT' }],
    ['the type of a grant', { ...HEADER, typ: 'mcp-grant+jwt' }],
    ['no type', { alg: 'HS256' }],
  ])('with %s is not valid', async (_what, header) => {
    // HS512 asks jose for a longer key; HMAC itself takes any.
    const signed = `${encode(header)}.${encode(PAYLOAD)}`;
    const mac = createHmac(header.alg === 'HS512' ? 'sha512' : 'sha256', SECRET)
      .update(signed)
      .digest('base64url');
    expect((await tokens.check(`${signed}.${mac}`)).state).toBe('invalid');
  });

  it('without a signature is not valid, however `none` is written', async () => {
    expect((await tokens.check(new UnsecuredJWT(PAYLOAD).encode())).state).toBe('invalid');
    for (const alg of ['none', 'None', 'NONE', '']) {
      for (const signature of ['', 'AAAA']) {
        const token = `${encode({ ...HEADER, alg })}.${encode(PAYLOAD)}.${signature}`;
        expect((await tokens.check(token)).state).toBe('invalid');
      }
    }
  });

  it('with another secret, an altered payload or a cut signature is not valid', async () => {
    expect((await tokens.check(await forge(PAYLOAD, HEADER, new Uint8Array(32).fill(8)))).state).toBe('invalid');
    const [header, , signature = ''] = (await tokens.sign(CLAIMS)).split('.');
    const altered = encode({ ...PAYLOAD, sub: '1' });
    expect((await tokens.check(`${header}.${altered}.${signature}`)).state).toBe('invalid');
    expect((await tokens.check(`${header}.${encode(PAYLOAD)}.${signature.slice(0, -4)}`)).state).toBe('invalid');
  });

  it('with a key, a key address or an unknown critical header of its own is not valid', async () => {
    for (const extra of [{ jwk: { kty: 'oct', k: 'AAAA' } }, { jku: 'http://evil.example' }, { crit: ['x'], x: 1 }]) {
      const signed = `${encode({ ...HEADER, ...extra })}.${encode(PAYLOAD)}`;
      const mac = createHmac('sha256', new Uint8Array(3)).update(signed).digest('base64url');
      expect((await tokens.check(`${signed}.${mac}`)).state).toBe('invalid');
    }
    const signed = `${encode({ ...HEADER, crit: ['x'], x: 1 })}.${encode(PAYLOAD)}`;
    const mac = createHmac('sha256', SECRET).update(signed).digest('base64url');
    expect((await tokens.check(`${signed}.${mac}`)).state).toBe('invalid');
  });

  it.each([
    '',
    '.',
    '..',
    '...',
    'a.b.c',
    'null',
    '{}',
    '\u0000',
    'é.é.é',
    'x'.repeat(5000),
    `${'a'.repeat(2000)}.b.c`,
  ])('is not %j', async (garbage) => {
    expect((await tokens.check(garbage)).state).toBe('invalid');
  });
});
