import type { Assertion, Registration } from '@mcp-coordinator/contract/second-factors.contract';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import { RefusedError } from '../../api/refused-error.ts';

/** Whether this browser can use passkeys here: over TLS, or on localhost by name. */
export const passkeysWork = (): boolean => window.isSecureContext && typeof window.PublicKeyCredential === 'function';

const refused = (detail: string): RefusedError =>
  new RefusedError({
    ...{ code: 'second_factor_refused', status: 401, title: 'No passkey was used', detail },
    ...{ requestId: '', errors: [], retryAfterSeconds: null },
  });

/** What went wrong at the authenticator, in words; browsers say next to nothing of it. */
const asWords = (error: unknown): RefusedError => {
  const name = error instanceof Error ? error.name : '';
  if (name === 'InvalidStateError') return refused('This authenticator holds a passkey of yours already.');
  if (name === 'NotAllowedError') return refused('It was cancelled, or took too long. Nothing was changed.');
  return refused('The browser could not use a passkey here. Nothing was changed.');
};

/** Has the browser sign the challenge. Loaded when it is first needed. */
export async function signChallenge(publicKey: object): Promise<Assertion> {
  const { startAuthentication } = await import('@simplewebauthn/browser');
  try {
    const optionsJSON = publicKey as PublicKeyCredentialRequestOptionsJSON;
    return (await startAuthentication({ optionsJSON })) as unknown as Assertion;
  } catch (error) {
    throw asWords(error);
  }
}

/** Has the browser make a passkey. */
export async function makePasskey(publicKey: object): Promise<Registration> {
  const { startRegistration } = await import('@simplewebauthn/browser');
  try {
    const optionsJSON = publicKey as PublicKeyCredentialCreationOptionsJSON;
    return (await startRegistration({ optionsJSON })) as unknown as Registration;
  } catch (error) {
    throw asWords(error);
  }
}
