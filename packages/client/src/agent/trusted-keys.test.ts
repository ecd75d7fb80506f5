import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGrantVerifier } from './grant-verifier.ts';
import { createTrustedKeys } from './trusted-keys.ts';

const digest = (fill: string) => `sha256:${fill.repeat(64)}`;
const CLAIMS = {
  ...{ iss: 'https://coordinator.example', aud: 'the-installer', jti: 'j1', iat: 1_000_000, exp: 1_000_300 },
  ...{ operation: 'apply', executionId: 'e1', proposalId: 'p1', actionId: 'a1', nonce: 'the-nonce' },
  ...{ actionDigest: digest('a'), planDigest: digest('b'), proposalDigest: digest('c') },
};
const USE = { operation: 'apply', executionId: 'e1', actionId: 'a1', actionDigest: digest('a') } as const;
const AUDIENCE = { issuer: 'https://coordinator.example', serverId: 'the-installer', nonce: 'the-nonce' };
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

type Key = Awaited<ReturnType<typeof makeKey>>;
async function makeKey() {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const jwk = await exportJWK(publicKey);
  return { privateKey, jwk: { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'EdDSA', use: 'sig' } };
}
const endorse = (by: Key, key: Key, typ = 'mcp-key-endorsement+jwt') =>
  new SignJWT({ jwk: key.jwk }).setProtectedHeader({ alg: 'EdDSA', typ, kid: by.jwk.kid }).sign(by.privateKey);
const grantBy = (key: Key, kid = key.jwk.kid) =>
  new SignJWT({ ...CLAIMS }).setProtectedHeader({ alg: 'EdDSA', typ: 'mcp-grant+jwt', kid }).sign(key.privateKey);

/** What stands at the address of the coordinator: itself, or who got in between. */
let published: { keys: object[]; endorsements: string[] } | undefined;
const server = createServer((_request, response) => {
  if (!published) response.statusCode = 503;
  response.setHeader('content-type', 'application/json').end(JSON.stringify(published ?? {}));
});
const publish = (keys: Key[], endorsements: string[] = []) => {
  published = { keys: keys.map(({ jwk }) => jwk), endorsements };
};

let [a, b, c, thief] = [] as unknown as [Key, Key, Key, Key];
let dir: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  [a, b, c, thief] = await Promise.all([makeKey(), makeKey(), makeKey(), makeKey()]);
});
afterAll(() => void server.close());
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'trusted-keys-'));
  return () => rmSync(dir, { recursive: true, force: true });
});

/** The agent as it is after a restart: nothing but the file is remembered. */
const trusted = (apiKey = 'mcpk_one') => {
  const jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json`;
  return createTrustedKeys({ jwksUrl, file: join(dir, 'keys.json'), apiKey, log });
};
async function verdict(grant: string, keys = trusted()): Promise<string> {
  const given = await createGrantVerifier(keys.get, AUDIENCE)(grant, USE);
  return given.ok ? 'honoured' : `${given.refusal.code}: ${given.refusal.detail}`;
}
const UNTRUSTED = /^action_refused: The grant is signed by a key that none of the keys trusted since the enrolment/;
const UNPUBLISHED = /^action_refused: The grant is signed by a key that the coordinator does not publish/;

describe('after the enrolment', () => {
  beforeEach(async () => {
    publish([a]);
    await trusted().learn();
  });

  it('the keys published then are trusted, and nothing secret is kept', async () => {
    expect(await verdict(await grantBy(a))).toBe('honoured');
    expect(readFileSync(join(dir, 'keys.json'), 'utf8')).not.toContain('mcpk_one');
    expect(statSync(join(dir, 'keys.json')).mode & 0o777).toBe(0o600);
  });

  it('a new key is trusted when the old one vouches for it, while both are published and afterwards', async () => {
    const followed = [await endorse(a, b)];
    publish([a, b], followed);
    expect(await verdict(await grantBy(b))).toBe('honoured');
    expect(await verdict(await grantBy(a))).toBe('honoured');
    publish([b], followed);
    expect(await verdict(await grantBy(b))).toBe('honoured');
    expect(await verdict(await grantBy(a))).toMatch(UNPUBLISHED);
  });

  it('a running agent follows too, in the middle of its work', async () => {
    const keys = trusted();
    expect(await verdict(await grantBy(a), keys)).toBe('honoured');
    publish([a, b], [await endorse(a, b)]);
    expect(await Promise.all([await grantBy(b), await grantBy(a)].map((grant) => verdict(grant, keys)))).toEqual([
      'honoured',
      'honoured',
    ]);
  });

  it('an agent that was away over several rotations follows the whole way', async () => {
    publish([c], [await endorse(a, b), await endorse(b, c)]);
    expect(await verdict(await grantBy(c))).toBe('honoured');
    expect(await verdict(await grantBy(b))).toMatch(UNPUBLISHED);
  });

  it.each<[string, () => Promise<string[]>]>([
    ['of nobody', async () => []],
    ['of itself', async () => [await endorse(thief, thief)]],
    ['of one that names the trusted key', async () => [await endorse({ ...thief, jwk: a.jwk }, thief)]],
    ['of a true key for another', async () => [await endorse(a, b)]],
    ['of another type', async () => [await endorse(a, thief, 'mcp-grant+jwt')]],
    ['that is no token', async () => ['nonsense', '', 'a.b.c']],
  ])('the key of a thief in the middle is refused with an endorsement %s', async (_what, endorsements) => {
    publish([a, thief], await endorsements());
    expect(await verdict(await grantBy(thief))).toMatch(UNTRUSTED);
    publish([thief], await endorsements());
    expect(await verdict(await grantBy(thief))).toMatch(UNTRUSTED);
    publish([a]);
    expect(await verdict(await grantBy(a))).toBe('honoured');
  });

  it('a thief’s key under the id of a trusted one is refused', async () => {
    published = { keys: [{ ...thief.jwk, kid: a.jwk.kid }], endorsements: [] };
    expect(await verdict(await grantBy(thief, a.jwk.kid))).toMatch(UNTRUSTED);
  });

  it('a retired key counts no more, even for who stole it and stands in the middle', async () => {
    const followed = [await endorse(a, b)];
    publish([b], followed);
    expect(await verdict(await grantBy(b))).toBe('honoured');
    publish([a, b, thief], [...followed, await endorse(a, thief)]);
    expect(await verdict(await grantBy(a))).toMatch(UNTRUSTED);
    expect(await verdict(await grantBy(thief))).toMatch(UNTRUSTED);
    expect(await verdict(await grantBy(b))).toBe('honoured');
  });

  it('leaving a key out of the list makes an agent forget nothing', async () => {
    const followed = [await endorse(a, b)];
    publish([a, b], followed);
    expect(await verdict(await grantBy(b))).toBe('honoured');
    publish([a], followed);
    expect(await verdict(await grantBy(b))).toMatch(UNPUBLISHED);
    publish([a, b], followed);
    expect(await verdict(await grantBy(b))).toBe('honoured');
  });

  it('another API key is another enrolment', async () => {
    publish([thief]);
    expect(await verdict(await grantBy(thief))).toMatch(UNTRUSTED);
    publish([b]);
    expect(await verdict(await grantBy(b), trusted('mcpk_two'))).toBe('honoured');
  });

  it.each([
    ['nobody answers', undefined],
    ['the answer is another', { keys: 'none' } as never],
  ])('a grant waits while %s', async (_what, answer) => {
    published = answer;
    expect(await verdict(await grantBy(a))).toMatch(/^dependency_unavailable: .*Try again when it is reachable/);
  });
});

it('nothing is learnt from an empty list', async () => {
  publish([]);
  await trusted().learn();
  publish([a]);
  expect(await verdict(await grantBy(a))).toBe('honoured');
});
