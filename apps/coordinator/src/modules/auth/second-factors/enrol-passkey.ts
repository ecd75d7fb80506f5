import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import type { Passkey, Registration } from '@mcp-coordinator/contract/second-factors.contract';
import { challengeProblem, PASSKEYS_MAX } from '@mcp-coordinator/core/auth/passkey';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Tx } from '../../../db/schema.ts';
import { transact } from '../../../db/transaction.ts';
import type { Person } from '../../../http/caller.ts';
import type { NewId } from '../../../runtime.ts';
import type { SessionGrant } from '../open-session.ts';
import { beginChallenge } from './begin-challenge.ts';
import type { BegunOptions } from './begin-step-up.ts';
import { takeChallenge } from './challenges.store.ts';
import { type ChangeFactorsDeps, type FactorAdded, factorAdded, factorRemoved } from './change-factors.ts';
import type { FactorProblem } from './check-factor.ts';
import { FACTOR_REFUSED, recordFactorFailure } from './factor-records.ts';
import {
  deleteOwnPasskey,
  findOwnPasskey,
  insertPasskey,
  passkeysOf,
  renameOwnPasskey,
  toPasskey,
} from './passkeys.store.ts';
import { asOwner, type OwnerRefusal, type OwnerRequest, type ProveOwnerDeps } from './prove-owner.ts';
import { claimedChallenge, type MadePasskey } from './relying-party.ts';

export type EnrolPasskeyDeps = ProveOwnerDeps & ChangeFactorsDeps & { newId: NewId };

const KNOWN = refuse('second_factor_enrolled', 'This passkey is enrolled already; nothing was changed.');
const ENOUGH = refuse(
  'second_factor_enrolled',
  `You have ${PASSKEYS_MAX} passkeys already; remove one that you do not use. Nothing was changed.`,
);
const NONE = refuse('not_found', 'You have no passkey with this id; nothing was changed.');

export function beginPasskey(
  deps: EnrolPasskeyDeps,
  request: OwnerRequest,
): Promise<Result<BegunOptions, OwnerRefusal | Refusal<'second_factor_enrolled'>>> {
  const { userId, username } = request.person;
  return asOwner<BegunOptions, typeof ENOUGH>(deps, request, async (tx) => {
    const present = await passkeysOf(tx, userId);
    if (present.length >= PASSKEYS_MAX) return deny(ENOUGH);
    const wish = { userId, purpose: 'register', subject: null, digest: null } as const;
    const { bytes, expiresAt } = await beginChallenge(tx, wish, deps.clock());
    return accept({
      publicKey: await deps.relyingParty.creationOptions(bytes, { userId, username }, present),
      expiresAt,
    });
  });
}

export interface AddPasskeyRequest {
  readonly person: Person;
  readonly name: string;
  readonly registration: Registration;
  readonly address: string;
  readonly requestId: string;
}
export interface PasskeyAdded extends FactorAdded {
  readonly passkey: Passkey;
}
type AddRefusal = Refusal<'second_factor_refused' | 'second_factor_enrolled'>;

/** The challenge was handed out to who had shown to be the owner, so that it shows it here. */
export async function addPasskey(
  deps: EnrolPasskeyDeps,
  request: AddPasskeyRequest,
): Promise<Result<PasskeyAdded, AddRefusal>> {
  const { person, address, requestId } = request;
  const settled = await transact<Result<PasskeyAdded, AddRefusal>, never>(deps.db, async (tx) => {
    const made = await verifyMade(deps, tx, request);
    if (!made.ok) {
      const attempt = { username: person.username, during: 'enrolment', address, requestId };
      await recordFactorFailure(deps, tx, attempt, 'passkey', made.refusal);
      return accept(deny(FACTOR_REFUSED));
    }
    return accept(await save(deps, tx, request, made.value));
  });
  if (!settled.ok) throw new Error('a transaction without refusals was refused');
  if (settled.value.ok) deps.signal.raise();
  return settled.value;
}

async function verifyMade(
  deps: EnrolPasskeyDeps,
  tx: Tx,
  { person, registration }: AddPasskeyRequest,
): Promise<Result<MadePasskey, FactorProblem>> {
  const challenge = claimedChallenge(registration.response.clientDataJSON);
  const taken = challenge === undefined ? undefined : await takeChallenge(tx, challenge);
  const use = { userId: person.userId, purpose: 'register', subject: null } as const;
  const problem = challengeProblem(taken, use, deps.clock());
  if (problem || challenge === undefined) return deny(problem ?? 'challenge_unknown');
  const made = await deps.relyingParty.verifyRegistration(registration, challenge);
  return made ? accept(made) : deny('assertion_invalid');
}

async function save(
  deps: EnrolPasskeyDeps,
  tx: Tx,
  { person, name, requestId }: AddPasskeyRequest,
  made: MadePasskey,
): Promise<Result<PasskeyAdded, AddRefusal>> {
  const id = deps.newId('passkey');
  if (!(await insertPasskey(tx, { ...made, id, name, userId: person.userId }, deps.clock()))) return deny(KNOWN);
  const details = { factor: 'passkey', passkeyId: id, name };
  const added = await factorAdded(deps, tx, { person, details, requestId });
  const saved = await findOwnPasskey(tx, person.userId, { id });
  if (!saved) throw new Error('a passkey was not there after it was inserted');
  return accept({ ...added, passkey: toPasskey(saved) });
}

export interface RenameRequest {
  readonly person: Person;
  readonly id: string;
  readonly name: string;
  readonly requestId: string;
}

export function renamePasskey(
  deps: EnrolPasskeyDeps,
  { person, id, name, requestId }: RenameRequest,
): Promise<Result<Passkey, Refusal<'not_found'>>> {
  return transact<Passkey, Refusal<'not_found'>>(deps.db, async (tx) => {
    const renamed = await renameOwnPasskey(tx, person.userId, id, name);
    if (!renamed) return deny(NONE);
    const record = { action: 'second_factor_renamed', actor: person.actor, target: person.username } as const;
    await deps.recordAudit(tx, { ...record, details: { factor: 'passkey', passkeyId: id, name }, requestId });
    return accept(toPasskey(renamed));
  });
}

export async function removePasskey(
  deps: EnrolPasskeyDeps,
  id: string,
  request: OwnerRequest,
): Promise<Result<SessionGrant, OwnerRefusal | Refusal<'not_found'>>> {
  const { person, requestId } = request;
  const removed = await asOwner<SessionGrant, typeof NONE>(deps, request, async (tx) => {
    const gone = await deleteOwnPasskey(tx, person.userId, id);
    if (!gone) return deny(NONE);
    const details = { factor: 'passkey', passkeyId: id, name: gone.name };
    return accept(await factorRemoved(deps, tx, { person, details, requestId }));
  });
  if (removed.ok) deps.signal.raise();
  return removed;
}
