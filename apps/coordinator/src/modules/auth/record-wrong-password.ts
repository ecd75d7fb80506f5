import { accept } from '@mcp-coordinator/core/result';
import type { Db } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import { countLoginFailure, type LoginLimits } from './login-limits.ts';

export interface WrongPassword {
  readonly username: string;
  /** What it was asked for, beyond the login. */
  readonly during: string;
  readonly address: string;
  readonly requestId: string;
}

/** Someone signed in gave a wrong password: a failed login like any other, or a stolen session would be a way around the lock. */
export async function recordWrongPassword(
  deps: { db: Db; clock: Clock; limits: LoginLimits; recordAudit: RecordAudit },
  { username, during, address, requestId }: WrongPassword,
): Promise<void> {
  await transact<undefined, never>(deps.db, async (tx) => {
    const lockedSeconds = await countLoginFailure(tx, deps.limits, { username, address }, deps.clock());
    await deps.recordAudit(tx, {
      action: 'login_failed',
      actor: username,
      target: username,
      result: 'denied',
      details: { address, reason: 'wrong_password', during, ...(lockedSeconds > 0 ? { lockedSeconds } : {}) },
      requestId,
    });
    return accept(undefined);
  });
}
