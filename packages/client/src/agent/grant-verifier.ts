import { type GrantClaims, grantClaimsSchema } from '@mcp-coordinator/contract/mcp.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { decodeJwt, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { KeysUnreadableError, UntrustedKeyError } from './trusted-keys.ts';

/** What a grant must be for to be honoured now. */
export interface GrantUse {
  readonly operation: GrantClaims['operation'];
  readonly executionId: string;
  readonly actionId: string;
  /** `digestJson` of the action exactly as it was handed over. */
  readonly actionDigest: string;
}

/** Which grants are meant for this server on its present link. */
export interface GrantAudience {
  readonly issuer: string;
  readonly serverId: string;
  readonly nonce: string;
}

type Refused = Refusal<'action_refused' | 'dependency_unavailable'>;
export type GrantVerdict =
  | { readonly ok: true; readonly value: GrantClaims }
  | { readonly ok: false; readonly refusal: Refused };
export type VerifyGrant = (grant: string, use: GrantUse) => Promise<GrantVerdict>;

/** What people signed travels in it, with an action that may be as large as a request (1 MiB), twice, in base64. */
const GRANT_LENGTH_MAX = 4 * 1024 * 1024;

/**
 * Verifies execution grants (CONTRACT §4 "Execute"). No clock takes part: a grant is fresh because it names the nonce of the
 * present link. `planDigest` is compared by whoever recomputes the plan, since a difference there means stale, not forged.
 */
export function createGrantVerifier(keys: JWTVerifyGetKey, { issuer, serverId, nonce }: GrantAudience): VerifyGrant {
  return async (grant, use) => {
    if (grant.length > GRANT_LENGTH_MAX) return no('is longer than any grant');
    try {
      const { payload } = await jwtVerify(grant, keys, {
        algorithms: ['EdDSA'],
        typ: 'mcp-grant+jwt',
        issuer,
        audience: serverId,
        requiredClaims: ['jti', 'iat', 'exp', 'nonce'],
        currentDate: new Date((decodeJwt(grant).iat ?? 0) * 1000),
      });
      const claims = grantClaimsSchema.safeParse(payload);
      return claims.success ? matched(claims.data, use, nonce) : no('does not hold the claims of a grant');
    } catch (error) {
      return failed(error);
    }
  };
}

function matched(claims: GrantClaims, use: GrantUse, nonce: string): GrantVerdict {
  if (claims.nonce !== nonce) return no('was made for another link');
  if (claims.operation !== use.operation) return no(`is for ${claims.operation}, not for ${use.operation}`);
  if (claims.executionId !== use.executionId || claims.actionId !== use.actionId) return no('is for another action');
  if (claims.actionDigest !== use.actionDigest) return no('is for an action with other content');
  return { ok: true, value: claims };
}

function no(why: string): GrantVerdict {
  const detail = `The grant ${why}. Nothing was changed. A change needs a grant that the coordinator signed for exactly this action.`;
  return { ok: false, refusal: refuse('action_refused', detail) };
}

function failed(error: unknown): GrantVerdict {
  if (error instanceof errors.JWKSNoMatchingKey) return no('is signed by a key that the coordinator does not publish');
  if (error instanceof errors.JWTClaimValidationFailed) return no(`has a wrong ${error.claim}`);
  if (error instanceof errors.JOSEError) return no('is not validly signed');
  if (error instanceof UntrustedKeyError) return no(UNTRUSTED);
  if (error instanceof KeysUnreadableError) {
    const detail =
      "The coordinator's signing keys could not be read. Nothing was changed. Try again when it is reachable.";
    return { ok: false, refusal: refuse('dependency_unavailable', detail) };
  }
  throw error;
}

const UNTRUSTED =
  'is signed by a key that none of the keys trusted since the enrolment vouches for. If the coordinator was set up anew, enrol this server again with a new API key';
