import type { AuditAction } from '@mcp-coordinator/contract/audit.contract';
import type { Tx } from '../../../db/schema.ts';
import type { Person } from '../../../http/caller.ts';
import type { RecordAudit } from '../../audit/audit.module.ts';
import type { CredentialSignal } from '../credential-signal.ts';
import { type OpenSessionDeps, openSession, type SessionGrant } from '../open-session.ts';
import { endSessions } from '../sessions.store.ts';
import { deleteChallengesOf } from './challenges.store.ts';
import { enrolmentOf } from './enrolment.ts';
import { deleteRecoveryCodes, recoveryCodesLeft, replaceRecoveryCodes } from './recovery-codes.store.ts';

export interface ChangeFactorsDeps extends OpenSessionDeps {
  recordAudit: RecordAudit;
  signal: CredentialSignal;
}

interface Change {
  readonly action: AuditAction;
  readonly person: Person;
  readonly details: Record<string, string>;
  readonly requestId: string;
}

/** Records a change of one's factors, ends every session of the person, and opens a fresh one for who made it. */
async function settle(deps: ChangeFactorsDeps, tx: Tx, { action, person, details, requestId }: Change) {
  const { userId, username, role, actor } = person;
  await deleteChallengesOf(tx, userId);
  const sessionsEnded = await endSessions(tx, { userId }, 'second_factor_changed', deps.clock());
  const grant = await openSession(deps, tx, { id: userId, username, role }, { continues: person.sessionId });
  await deps.recordAudit(tx, { action, actor, target: username, details: { ...details, sessionsEnded }, requestId });
  await deps.signal.send(tx, `user:${userId}`);
  return grant;
}

export interface FactorAdded {
  readonly grant: SessionGrant;
  /** The first ones, shown this once; null where the person has some already. */
  readonly recoveryCodes: string[] | null;
}

/** After a factor was added: who had none gets recovery codes with it, before a lost phone can lock anybody out. */
export async function factorAdded(
  deps: ChangeFactorsDeps,
  tx: Tx,
  change: Omit<Change, 'action'>,
): Promise<FactorAdded> {
  const { userId, username, actor } = change.person;
  const had = await recoveryCodesLeft(tx, userId);
  const recoveryCodes = had > 0 ? null : await replaceRecoveryCodes(tx, userId, deps.clock());
  const grant = await settle(deps, tx, { ...change, action: 'second_factor_added' });
  if (recoveryCodes) {
    const record = { action: 'recovery_codes_made', actor, target: username } as const;
    await deps.recordAudit(tx, { ...record, details: { made: recoveryCodes.length }, requestId: change.requestId });
  }
  return { grant, recoveryCodes };
}

/** After a factor was removed. Recovery codes stand in for factors: with the last of those they go too. */
export async function factorRemoved(
  deps: ChangeFactorsDeps,
  tx: Tx,
  change: Omit<Change, 'action'>,
): Promise<SessionGrant> {
  const { enrolled } = await enrolmentOf(tx, change.person.userId);
  if (!enrolled) await deleteRecoveryCodes(tx, change.person.userId);
  return settle(deps, tx, { ...change, action: 'second_factor_removed' });
}
