import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createGrantVerifier } from './grant-verifier.ts';
import { KeysUnreadableError, UntrustedKeyError } from './trusted-keys.ts';

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

  /** Refused, with the reason that a person reads, and that nothing was changed. */
  async function expectRefused(given: Promise<string> | string, why: string, by = verify): Promise<void> {
    const verdict = await by(await given, USE);
    expect(verdict).toEqual({
      ok: false,
      refusal: {
        code: 'action_refused',
        detail: `The grant ${why}. Nothing was changed. A change needs a grant that the coordinator signed for exactly this action.`,
      },
    });
  }

  it.each([
    ['another issuer', { iss: 'https://evil.example' }, 'has a wrong iss'],
    ['another server', { aud: 'other-installer' }, 'has a wrong aud'],
    ['another link', { nonce: 'old-nonce' }, 'was made for another link'],
    ['another operation', { operation: 'rollback' }, 'is for rollback, not for apply'],
    ['another execution', { executionId: 'e2' }, 'is for another action'],
    ['another action', { actionId: 'a2' }, 'is for another action'],
    ['other content', { actionDigest: digest('d') }, 'is for an action with other content'],
    ['an expiry before its own issue', { exp: 999_999 }, 'is not validly signed'],
    ['no id', { jti: undefined }, 'has a wrong jti'],
    ['no issue', { iat: undefined }, 'has a wrong iat'],
    ['no expiry', { exp: undefined }, 'has a wrong exp'],
    ['no link', { nonce: undefined }, 'has a wrong nonce'],
    ['an unknown operation', { operation: 'anything' }, 'does not hold the claims of a grant'],
  ])('are refused for %s', async (_what, other, why) => {
    await expectRefused(sign({ ...CLAIMS, ...other }), why);
  });

  it('are refused with another type, another key, or no signature', async () => {
    await expectRefused(sign(CLAIMS, { typ: 'JWT' }), 'has a wrong typ');
    await expectRefused(sign(CLAIMS, {}, stranger.privateKey), 'is not validly signed');
    await expectRefused(sign(CLAIMS, { kid: 'k2' }), 'is signed by a key that the coordinator does not publish');
    const [, payload] = (await sign(CLAIMS)).split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'mcp-grant+jwt' })).toString('base64url');
    await expectRefused(`${none}.${payload}.`, 'is not validly signed');
    await expectRefused('nonsense', 'is not validly signed');
    await expectRefused('x'.repeat(5_000_000), 'is longer than any grant');
  });

  it('are refused where their key is not trusted, or cannot be had', async () => {
    const throwing = (error: Error) => createGrantVerifier(() => Promise.reject(error), AUDIENCE);
    const untrusted =
      'is signed by a key that none of the keys trusted since the enrolment vouches for. If the coordinator was set up anew, enrol this server again with a new API key';
    await expectRefused(sign(CLAIMS), untrusted, throwing(new UntrustedKeyError()));
    expect(await throwing(new KeysUnreadableError('away'))(await sign(CLAIMS), USE)).toEqual({
      ok: false,
      refusal: {
        code: 'dependency_unavailable',
        detail:
          "The coordinator's signing keys could not be read. Nothing was changed. Try again when it is reachable.",
      },
    });
    await expect(throwing(new TypeError('a bug'))(await sign(CLAIMS), USE)).rejects.toThrow('a bug');
  });

  it('are refused when signed with a shared secret', async () => {
    const hmac = await new SignJWT(CLAIMS)
      .setProtectedHeader({ alg: 'HS256', typ: 'mcp-grant+jwt', kid: 'k1' })
      .sign(new TextEncoder().encode(JSON.stringify(jwks.keys[0])));
    expect(await verify(hmac, USE)).toMatchObject({ ok: false, refusal: { code: 'action_refused' } });
  });
});
