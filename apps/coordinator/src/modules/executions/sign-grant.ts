import type { Action } from '@mcp-coordinator/contract/actions.contract';
import type { Consent } from '@mcp-coordinator/contract/consent.contract';
import type { GrantClaims } from '@mcp-coordinator/contract/mcp.contract';
import { digestJson } from '@mcp-coordinator/core/digests/canonical-json';
import { GRANT_SECONDS } from '@mcp-coordinator/core/keys/signing-key-life';
import { SignJWT } from 'jose';
import type { Keys } from '../../keys.ts';
import { type Clock, type NewId, sha256Hex } from '../../runtime.ts';

export interface GrantSigner {
  /** An execution grant: one action, one executor, one link, once (CONTRACT §4 "Execute"). */
  sign(grant: GrantRequest): Promise<string>;
}
export interface GrantRequest
  extends Pick<GrantClaims, 'operation' | 'executionId' | 'proposalId' | 'planDigest' | 'proposalDigest' | 'nonce'> {
  executorId: string;
  action: Action;
  /** What people signed, for executors that verify it themselves. */
  consent: Consent | null;
}

/** Each grant with the key that signs now: a rotation in the middle of an execution is followed by its next action. */
export const createGrantSigner = (deps: {
  keys: Pick<Keys, 'grants'>;
  issuer: string;
  clock: Clock;
  newId: NewId;
}): GrantSigner => ({
  async sign({ executorId, action, consent, ...claims }) {
    const { id, key } = await deps.keys.grants.current();
    const issuedAt = Math.floor(deps.clock().getTime() / 1000);
    const actionDigest = digestJson(action, sha256Hex);
    return new SignJWT({ ...claims, actionId: action.id, actionDigest, ...(consent ? { consent } : {}) })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'mcp-grant+jwt', kid: id })
      .setIssuer(deps.issuer)
      .setAudience(executorId)
      .setJti(deps.newId('grant'))
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + GRANT_SECONDS)
      .sign(key);
  },
});
