import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createGrantVerifier } from './grant-verifier.ts';

const digest = (fill: string) => `sha256:${fill.repeat(64)}`;
const CLAIMS = {
  ...{ iss: 'https://coordinator.example', aud: 'the-installer', jti: 'j1', iat: 1_000_000, exp: 1_000_300 },
  ...{ operation: 'apply', executionId: 'e1', proposalId: 'p1', actionId: 'a1', nonce: 'the-nonce' },
  ...{ actionDigest: digest('a'), planDigest: digest('b'), proposalDigest: digest('c') },
};
const USE = { operation: 'apply', executionId: 'e1', actionId: 'a1', actionDigest: digest('a') } as const;
const AUDIENCE = { issuer: 'https://coordinator.example', serverId: 'the-installer', nonce: 'the-nonce' };

const ed = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
const stranger = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
const jwks = { keys: [{ ...(await exportJWK(ed.publicKey)), kid: 'k1', alg: 'EdDSA' }] };
const sign = (claims: object, header: object = {}, key = ed.privateKey) =>
  new SignJWT({ ...claims }).setProtectedHeader({ alg: 'EdDSA', typ: 'mcp-grant+jwt', kid: 'k1', ...header }).sign(key);
const verify = createGrantVerifier(createLocalJWKSet(jwks), AUDIENCE);

describe('grants', () => {
  it('are honoured for exactly their action, whatever the clock says', async () => {
    expect(await verify(await sign(CLAIMS), USE)).toMatchObject({
      ok: true,
      value: { jti: 'j1', planDigest: digest('b') },
    });
  });

  it.each([
    ['another issuer', { iss: 'https://evil.example' }],
    ['another server', { aud: 'other-installer' }],
    ['another link', { nonce: 'old-nonce' }],
    ['another operation', { operation: 'rollback' }],
    ['another execution', { executionId: 'e2' }],
    ['another action', { actionId: 'a2' }],
    ['other content', { actionDigest: digest('d') }],
    ['an expiry before its own issue', { exp: 999_999 }],
    ['no id', { jti: undefined }],
    ['an unknown operation', { operation: 'anything' }],
  ])('are refused for %s', async (_what, other) => {
    const verdict = await verify(await sign({ ...CLAIMS, ...other }), USE);
    expect(verdict).toMatchObject({ ok: false, refusal: { code: 'action_refused' } });
  });

  it('are refused with another type, another key, or no signature', async () => {
    expect(await verify(await sign(CLAIMS, { typ: 'JWT' }), USE)).toMatchObject({ ok: false });
    expect(await verify(await sign(CLAIMS, {}, stranger.privateKey), USE)).toMatchObject({ ok: false });
    const [, payload] = (await sign(CLAIMS)).split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'mcp-grant+jwt' })).toString('base64url');
    expect(await verify(`${none}.${payload}.`, USE)).toMatchObject({ ok: false, refusal: { code: 'action_refused' } });
    expect(await verify('nonsense', USE)).toMatchObject({ ok: false, refusal: { code: 'action_refused' } });
    expect(await verify('x'.repeat(5_000_000), USE)).toMatchObject({ ok: false });
  });

  it('are refused when signed with a shared secret', async () => {
    const hmac = await new SignJWT(CLAIMS)
      .setProtectedHeader({ alg: 'HS256', typ: 'mcp-grant+jwt', kid: 'k1' })
      .sign(new TextEncoder().encode(JSON.stringify(jwks.keys[0])));
    expect(await verify(hmac, USE)).toMatchObject({ ok: false, refusal: { code: 'action_refused' } });
  });
});
