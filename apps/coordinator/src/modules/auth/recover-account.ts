import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db, Tx } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import { sendCredentialEnded } from './credential-signal.ts';
import { clearAccountFailures } from './login-limits.ts';
import { checkNewPassword, type WeakPassword } from './new-password.ts';
import { createPasswordHashing } from './password-hashing.ts';
import { removeEveryFactor } from './second-factors/reset-second-factors.ts';
import { endSessions } from './sessions.store.ts';
import { findAccount, lockAccount, savePassword } from './users.store.ts';

export interface RecoverAccountDeps {
  db: Db;
  clock: Clock;
  recordAudit: RecordAudit;
  /** Who runs the command, for the audit record. */
  operator: string;
  /** Lower in tests alone. */
  bcryptCost?: number;
}
export interface RecoverAccountRequest {
  readonly username: string;
  /** Stays as it is when absent. */
  readonly password?: string | undefined;
  readonly removeSecondFactors: boolean;
}
export interface RecoveredAccount {
  readonly username: string;
  readonly role: string;
  /** Still disabled: only an admin changes that. */
  readonly disabled: boolean;
  readonly passwordChanged: boolean;
  readonly secondFactorsRemoved: number;
  readonly sessionsEnded: number;
}
type RecoverRefusal = WeakPassword | Refusal<'not_found'>;

/**
 * Lets somebody back in who is locked out: counts of failures are forgotten, a new password is set, and second factors go
 * where that is asked for. Whoever runs this can read the database and its secrets; there is no road to it over the network.
 */
export async function recoverAccount(
  deps: RecoverAccountDeps,
  request: RecoverAccountRequest,
): Promise<Result<RecoveredAccount, RecoverRefusal>> {
  const { username, password } = request;
  const found = await findAccount(deps.db, username);
  if (!found) return deny(refuse('not_found', `There is no account ${username}; nothing was changed.`));
  if (password !== undefined) {
    const acceptable = checkNewPassword('password', password, username);
    if (!acceptable.ok) return acceptable;
  }
  const hash = password === undefined ? undefined : await createPasswordHashing(deps.bcryptCost).hash(password);
  return transact<RecoveredAccount, RecoverRefusal>(deps.db, async (tx) => {
    const user = await lockAccount(tx, found.id);
    if (!user) throw new Error(`the account ${username} vanished`);
    await clearAccountFailures(tx, username);
    if (hash !== undefined) await savePassword(tx, user.id, hash);
    return accept(await finish(deps, tx, user, request));
  });
}

async function finish(
  deps: RecoverAccountDeps,
  tx: Tx,
  user: { id: number; username: string; role: string; disabled: boolean },
  request: RecoverAccountRequest,
): Promise<RecoveredAccount> {
  const secondFactorsRemoved = request.removeSecondFactors ? await removeEveryFactor(tx, user.id) : 0;
  const sessionsEnded = await endSessions(tx, { userId: user.id }, 'recovered', deps.clock());
  const passwordChanged = request.password !== undefined;
  const details = { passwordChanged, secondFactorsRemoved, sessionsEnded };
  await deps.recordAudit(tx, {
    action: 'user_recovered',
    actor: 'system',
    target: user.username,
    details: { operator: deps.operator, ...details },
  });
  await sendCredentialEnded(tx, `user:${user.id}`);
  return { username: user.username, role: user.role, disabled: user.disabled, ...details };
}
