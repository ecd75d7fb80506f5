import { accept } from '@mcp-coordinator/core/result';
import type { Db } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { Attempt } from './login-limits.ts';

export interface ThrottledAttempt extends Attempt {
  readonly because: 'account' | 'address' | 'rate' | 'crowded';
  readonly requestId: string;
}

export interface ThrottleRecord {
  note(attempt: ThrottledAttempt): Promise<void>;
  /** Writes the sums of the minutes that are over; of all of them when stopping. */
  flush(all: boolean): Promise<void>;
}

const MINUTE_MS = 60_000;

interface Sum {
  readonly minute: number;
  readonly first: ThrottledAttempt;
  /** Beyond the first, which has its own record. */
  more: number;
}

/**
 * Throttled logins in the audit log: the first of an account and address in a minute at once, the others of that minute as
 * one sum, so that a flood writes no flood (CONTRACT §1).
 */
export function createThrottleRecord(deps: { db: Db; clock: Clock; recordAudit: RecordAudit }): ThrottleRecord {
  const sums = new Map<string, Sum>();
  const minuteNow = (): number => Math.floor(deps.clock().getTime() / MINUTE_MS);

  const write = (attempt: ThrottledAttempt, sum: { attempts: number; since?: string }, requestId: string | null) =>
    transact<undefined, never>(deps.db, async (tx) => {
      await deps.recordAudit(tx, {
        action: 'login_throttled',
        actor: 'anonymous',
        target: attempt.username ?? 'anonymous',
        result: 'denied',
        details: { address: attempt.address, because: attempt.because, ...sum },
        requestId,
      });
      return accept(undefined);
    });

  const writeSum = async ({ first, more, minute }: Sum): Promise<void> => {
    const since = new Date(minute * MINUTE_MS).toISOString();
    if (more > 0) await write(first, { attempts: more, since }, null);
  };

  const settle = async (key: string, sum: Sum): Promise<void> => {
    sums.delete(key);
    await writeSum(sum);
  };

  return {
    async note(attempt) {
      // Only a locked account is told apart by name: an address can lock few of them before it is locked itself.
      const key = [attempt.because, attempt.address, attempt.because === 'account' ? attempt.username : ''].join(' ');
      const sum = sums.get(key);
      if (sum && sum.minute === minuteNow()) {
        sum.more += 1;
        return;
      }
      sums.set(key, { minute: minuteNow(), first: attempt, more: 0 });
      if (sum) await writeSum(sum);
      await write(attempt, { attempts: 1 }, attempt.requestId);
    },
    async flush(all) {
      for (const [key, sum] of [...sums]) if (all || sum.minute < minuteNow()) await settle(key, sum);
    },
  };
}
