import type { Logger } from 'pino';
import type { OpenDatabase } from '../../db/open-database.ts';
import type { Db } from '../../db/schema.ts';
import { sessionCookieName } from '../../http/authenticate-request.ts';
import type { Caller } from '../../http/caller.ts';
import type { Handlers } from '../../http/handlers.ts';
import type { Keys } from '../../keys.ts';
import type { Clock, NewId } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import { findKey, findKeyByHash } from './api-keys.store.ts';
import { type AuthRouteName, authHandlers } from './auth.routes.ts';
import {
  type AuthenticateDeps,
  type Authentication,
  authenticate,
  authenticateToken,
  type Credentials,
  isStillValid,
} from './authenticate.ts';
import * as signalling from './credential-signal.ts';
import * as ending from './end-every-session.ts';
import { createHousekeeping } from './housekeeping.ts';
import { type NewKeyValue, randomKeyValue } from './key-value.ts';
import * as loginLimits from './login-limits.ts';
import { createPasswordHashing } from './password-hashing.ts';
import { type LocalKey, type LocalKeyRequest, provisionLocalKey } from './provision-local-key.ts';
import { createRecentStates } from './recent-states.ts';
import * as recovery from './recover-account.ts';
import { revokeExpiredKeys } from './revoke-expired-keys.ts';
import * as stepUpSubject from './second-factors/begin-step-up.ts';
import { type MfaRequired, requiredOnceEnrolled } from './second-factors/enrolment.ts';
import { createRelyingParty } from './second-factors/relying-party.ts';
import { type StepUp, withStepUp } from './second-factors/step-up.ts';
import { createTotp } from './second-factors/totp.ts';
import { type FirstAdminConfig, type SeededAdmin, seedFirstAdmin } from './seed-first-admin.ts';
import { createSessionCookies } from './session-cookie.ts';
import { createSessionTokens } from './session-token.ts';
import { findSession } from './sessions.store.ts';
import { createThrottleRecord } from './throttle-record.ts';

export type { GivenFactor } from './second-factors/check-factor.ts';
export type { StepUp, StepUpRefusal } from './second-factors/step-up.ts';

export const subjectName = stepUpSubject.subjectName;
export const endEverySession = ending.endEverySession;
export const sendCredentialEnded = signalling.sendCredentialEnded;
export const recoverAccount = recovery.recoverAccount;
export type RecoverAccountDeps = recovery.RecoverAccountDeps;
export const DEFAULT_LOGIN_LIMITS = loginLimits.DEFAULT_LOGIN_LIMITS;

export interface AuthDeps {
  db: Db;
  listen: OpenDatabase['listen'];
  clock: Clock;
  newId: NewId;
  keys: Pick<Keys, 'sessions' | 'seal' | 'open'>;
  log: Logger;
  recordAudit: RecordAudit;
  publishEvent: PublishEvent;
  /** The issuer of session tokens, and the site that passkeys are for. */
  publicUrl: URL;
  /** The digest of what an approval is about, which its passkey signs. */
  digestOf: stepUpSubject.DigestOf;
  /** When a second factor is needed; once one is enrolled, where nothing else is said. */
  mfaRequired?: MfaRequired;
  limits?: loginLimits.LoginLimits;
  /** Lower in tests alone. */
  bcryptCost?: number;
  newKeyValue?: NewKeyValue;
}

export interface AuthModule {
  readonly handlers: Handlers<AuthRouteName>;
  readonly authenticate: (given: Credentials) => Promise<Authentication>;
  /** A session token or API key that came by itself, as in the first message on a WebSocket. */
  readonly authenticateToken: (token: string, options?: { fresh: boolean }) => Promise<Authentication>;
  /** Whether who opened a link or socket may stay, as known at most a second ago and at once after a signal. */
  readonly isStillValid: (caller: Caller) => Promise<boolean>;
  /** Some session, account or key ended, here or elsewhere: ask `isStillValid` again. Answers what ends the listening. */
  readonly onCredentialEnded: signalling.CredentialSignal['onCredentialEnded'];
  /** A key was revoked or its owner disabled, here or elsewhere; may name one twice. */
  readonly onKeyRevoked: signalling.CredentialSignal['onKeyRevoked'];
  /** Does one thing under a fresh second factor, where the person needs one for it. */
  readonly stepUp: StepUp;
  readonly seedFirstAdmin: (config: FirstAdminConfig) => Promise<SeededAdmin | undefined>;
  /** Done once a minute by itself. */
  readonly revokeExpiredKeys: () => Promise<void>;
  readonly provisionLocalKey: (request: LocalKeyRequest) => Promise<LocalKey>;
  /** Listens for what other instances ended, and keeps house. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export function createAuthModule(deps: AuthDeps): AuthModule {
  const { db, clock, newId, keys } = deps;
  const credentials: AuthenticateDeps = {
    db,
    clock,
    tokens: createSessionTokens({ keys: keys.sessions, issuer: deps.publicUrl.origin, clock, newId }),
    cookies: createSessionCookies(keys.sessions, sessionCookieName(deps.publicUrl)),
    sessions: createRecentStates((id) => findSession(db, id), clock),
    keys: createRecentStates((hash) => findKeyByHash(db, hash), clock),
    keysById: createRecentStates((id) => findKey(db, id), clock),
  };
  const forgetAll = (): void => {
    for (const recent of [credentials.sessions, credentials.keys, credentials.keysById]) recent.forgetAll();
  };
  const signal = signalling.createCredentialSignal({ ...deps, forgetAll });
  const throttles = createThrottleRecord(deps);
  const revokeExpired = () => revokeExpiredKeys({ ...deps, signal });
  const housekeeping = createHousekeeping({ ...deps, throttles, revokeExpired });
  const all = {
    ...deps,
    ...credentials,
    passwords: createPasswordHashing(deps.bcryptCost),
    limits: deps.limits ?? DEFAULT_LOGIN_LIMITS,
    newKeyValue: deps.newKeyValue ?? randomKeyValue,
    throttles,
    signal,
    totp: createTotp({ keys, clock, host: deps.publicUrl.host }),
    relyingParty: createRelyingParty(deps.publicUrl),
    mfaRequired: deps.mfaRequired ?? requiredOnceEnrolled,
  };
  return {
    handlers: authHandlers(all),
    authenticate: (given) => authenticate(credentials, given),
    authenticateToken: (token, options) => authenticateToken(credentials, token, options?.fresh ?? false),
    isStillValid: (caller) => isStillValid(credentials, caller),
    onCredentialEnded: signal.onCredentialEnded,
    onKeyRevoked: signal.onKeyRevoked,
    stepUp: (purpose, request, work) => withStepUp(all, purpose, request, work),
    seedFirstAdmin: (config) => seedFirstAdmin(all, config),
    revokeExpiredKeys: revokeExpired,
    provisionLocalKey: (request) => provisionLocalKey(all, request),
    async start() {
      await signal.start();
      housekeeping.start();
    },
    async stop() {
      await signal.stop();
      await housekeeping.stop();
    },
  };
}
