import { Buffer } from 'node:buffer';
import type { ApproverKeys, SignedApproval } from '@mcp-coordinator/contract/consent.contract';
import { digestOfChallenge } from '@mcp-coordinator/core/auth/passkey';
import { verifyAuthenticationResponse } from '@simplewebauthn/server';

type Passkey = ApproverKeys['approvers'][number]['passkeys'][number];
const bytesOf = (text: string): Buffer => Buffer.from(text, 'base64url');

/** 32 bytes of the digest, then as many random ones: of any other length the challenge was made for something else. */
const CHALLENGE_BYTES = 64;

/**
 * Whether this passkey signed this digest, at one of the pinned sites, with its user present and verified (WebAuthn §7.2).
 * Counters are not looked at: that a signature serves once is remembered by the proposal it is of.
 */
export async function verifyAssertion(
  { rpId, origins }: Pick<ApproverKeys, 'rpId' | 'origins'>,
  { credentialId, publicKey }: Passkey,
  { authenticatorData, clientDataJSON, signature }: SignedApproval,
  digest: string,
): Promise<boolean> {
  if (isFramed(clientDataJSON)) return false;
  try {
    const { verified } = await verifyAuthenticationResponse({
      response: {
        ...{ id: credentialId, rawId: credentialId, type: 'public-key', clientExtensionResults: {} },
        response: { authenticatorData, clientDataJSON, signature },
      },
      expectedChallenge: (challenge) => {
        const bytes = bytesOf(challenge);
        return bytes.length === CHALLENGE_BYTES && digestOfChallenge(bytes) === digest;
      },
      expectedOrigin: origins,
      expectedRPID: rpId,
      requireUserVerification: true,
      credential: { id: credentialId, publicKey: Uint8Array.from(bytesOf(publicKey)), counter: 0 },
    });
    return verified;
  } catch {
    // The library says "no" by throwing, whatever it is that does not hold.
    return false;
  }
}

/** Signed inside a frame of another site: the person may have seen something else. */
function isFramed(clientDataJSON: string): boolean {
  try {
    const data = JSON.parse(bytesOf(clientDataJSON).toString('utf8')) as { crossOrigin?: unknown } | null;
    return data?.crossOrigin !== undefined && data.crossOrigin !== false;
  } catch {
    return true;
  }
}
