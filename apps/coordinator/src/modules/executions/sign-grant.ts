import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import type { GrantClaims } from '@mcp-coordinator/contract/mcp.contract';
import { digestJson } from '@mcp-coordinator/core/digests/canonical-json';
import { calculateJwkThumbprint, exportJWK, type JWK, SignJWT } from 'jose';
import { type Clock, type NewId, sha256Hex } from '../../runtime.ts';

export interface GrantSigner {
  /** An execution grant: one action, one executor, one link, once (CONTRACT §4 "Execute"). */
  sign(grant: GrantRequest): Promise<string>;
  /** What executors verify it with (RFC 7517). */
  readonly jwks: () => { keys: PublicJwk[] };
}
export interface GrantRequest
  extends Pick<GrantClaims, 'operation' | 'executionId' | 'proposalId' | 'planDigest' | 'proposalDigest' | 'nonce'> {
  executorId: string;
  action: Action;
}
export interface PublicJwk {
  kty: string;
  crv: string;
  x: string;
  kid: string;
  alg: string;
  use: string;
}

/** Executors go by their nonce, not by a clock; this only keeps a leaked grant from meaning anything for long. */
const LIFETIME_SECONDS = 600;

export async function createGrantSigner(deps: {
  key: KeyObject;
  issuer: string;
  clock: Clock;
  newId: NewId;
}): Promise<GrantSigner> {
  const jwk: JWK = await exportJWK(createPublicKey(deps.key));
  const kid = await calculateJwkThumbprint(jwk);
  const published: PublicJwk = { kty: 'OKP', crv: 'Ed25519', x: jwk.x ?? '', kid, alg: 'EdDSA', use: 'sig' };
  return {
    sign: ({ executorId, action, ...claims }) => {
      const issuedAt = Math.floor(deps.clock().getTime() / 1000);
      return new SignJWT({ ...claims, actionId: action.id, actionDigest: digestJson(action, sha256Hex) })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'mcp-grant+jwt', kid })
        .setIssuer(deps.issuer)
        .setAudience(executorId)
        .setJti(deps.newId('grant'))
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + LIFETIME_SECONDS)
        .sign(deps.key);
    },
    jwks: () => ({ keys: [published] }),
  };
}
