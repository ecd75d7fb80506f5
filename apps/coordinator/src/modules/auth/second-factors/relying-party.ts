import { Buffer } from 'node:buffer';
import type { Assertion, Registration } from '@mcp-coordinator/contract/second-factors.contract';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type VerifiedAuthenticationResponse,
  type VerifiedRegistrationResponse,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { StoredPasskey } from './passkeys.store.ts';

/** Options as JSON, for the browser. */
type Options = Record<string, never>;

export interface RelyingParty {
  creationOptions(challenge: Uint8Array, user: PasskeyUser, present: readonly StoredPasskey[]): Promise<Options>;
  requestOptions(challenge: Uint8Array, passkeys: readonly StoredPasskey[]): Promise<Options>;
  /** What was made, or nothing when any of it does not hold. */
  verifyRegistration(registration: Registration, challenge: string): Promise<MadePasskey | undefined>;
  /** The counter and backup state that were signed, or nothing when any of it does not hold. */
  verifyAssertion(assertion: Assertion, challenge: string, passkey: StoredPasskey): Promise<SignedState | undefined>;
}

export interface PasskeyUser {
  readonly userId: number;
  readonly username: string;
}
export type MadePasskey = Pick<StoredPasskey, 'credentialId' | 'publicKey' | 'counter' | 'transports' | 'backedUp'>;
export type SignedState = Pick<StoredPasskey, 'counter' | 'backedUp'>;

const NAME = 'MCP Coordinator';
/** EdDSA, ES256 and RS256 (RFC 9053): what authenticators can do, and Node verifies without experiments. */
const ALGORITHMS = [-8, -7, -257];
const TRANSPORTS = new Set(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']);
const known = (transports: readonly string[] = []): string[] => transports.filter((one) => TRANSPORTS.has(one));
const described = (passkeys: readonly StoredPasskey[]) =>
  passkeys.map(({ credentialId, transports }) => ({ id: credentialId, transports }));
/** Without the members that are there as undefined, which are no JSON. */
const asJson = (options: object): Options => JSON.parse(JSON.stringify(options)) as Options;

/** WebAuthn for the one site that `PUBLIC_URL` names: its host name and its exact origin, and always with user verification. */
export function createRelyingParty(publicUrl: URL): RelyingParty {
  const { hostname: rpID, origin } = publicUrl;
  const expected = { expectedOrigin: origin, expectedRPID: rpID, requireUserVerification: true };
  return {
    creationOptions: async (challenge, { userId, username }, present) =>
      asJson(
        await generateRegistrationOptions({
          rpID,
          rpName: NAME,
          userName: username,
          // Says nothing of the person: the authenticator hands it to whoever asks.
          userID: Uint8Array.from(Buffer.from(`user-${userId}`)),
          challenge: Uint8Array.from(challenge),
          excludeCredentials: described(present),
          supportedAlgorithmIDs: ALGORITHMS,
          authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
        }),
      ),
    requestOptions: async (challenge, passkeys) =>
      asJson(
        await generateAuthenticationOptions({
          rpID,
          challenge: Uint8Array.from(challenge),
          allowCredentials: described(passkeys),
          userVerification: 'required',
        }),
      ),
    async verifyRegistration(registration, challenge) {
      const verified = await orNothing<VerifiedRegistrationResponse>(
        verifyRegistrationResponse({
          ...expected,
          supportedAlgorithmIDs: ALGORITHMS,
          response: {
            ...registration,
            clientExtensionResults: {},
          } as Parameters<typeof verifyRegistrationResponse>[0]['response'],
          expectedChallenge: challenge,
        }),
      );
      if (!verified?.verified) return undefined;
      const { credential, credentialBackedUp } = verified.registrationInfo;
      return {
        credentialId: credential.id,
        publicKey: Buffer.from(credential.publicKey).toString('base64url'),
        counter: credential.counter,
        transports: known(credential.transports),
        backedUp: credentialBackedUp,
      };
    },
    async verifyAssertion(assertion, challenge, passkey) {
      const verified = await orNothing<VerifiedAuthenticationResponse>(
        verifyAuthenticationResponse({
          ...expected,
          response: {
            ...assertion,
            clientExtensionResults: {},
          } as Parameters<typeof verifyAuthenticationResponse>[0]['response'],
          expectedChallenge: challenge,
          credential: {
            id: passkey.credentialId,
            publicKey: Uint8Array.from(Buffer.from(passkey.publicKey, 'base64url')),
            // Counters are judged by a rule of ours, so that a copied authenticator has a name in the audit log.
            counter: 0,
          },
        }),
      );
      if (!verified?.verified) return undefined;
      const { newCounter, credentialBackedUp } = verified.authenticationInfo;
      return { counter: newCounter, backedUp: credentialBackedUp };
    },
  };
}

/** The library says "no" by throwing, whatever it is that does not hold. */
async function orNothing<Verified>(verifying: Promise<Verified>): Promise<Verified | undefined> {
  try {
    return await verifying;
  } catch {
    return undefined;
  }
}

/** The challenge that the browser says was signed; whether it was, the signature shows. */
export function claimedChallenge(clientDataJSON: string): string | undefined {
  try {
    const data = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8')) as {
      challenge?: unknown;
    } | null;
    return typeof data?.challenge === 'string' ? data.challenge : undefined;
  } catch {
    return undefined;
  }
}
