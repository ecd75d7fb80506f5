import { sql } from 'kysely';
import type { Db } from '../../db/schema.ts';
import { verificationState } from './verification/verification.store.ts';

/** What monitoring wants to know of the log. */
export interface AuditFigures {
  /** Age of the oldest record that is not in the tree yet; 0 where none waits. */
  readonly lagSeconds: number;
  /** Null before the first verification has ended. */
  readonly valid: boolean | null;
  /** Logins that failed or were throttled, lately. */
  readonly failedLogins: number;
  /** Used approval tokens and used refresh tokens that were shown again, lately. */
  readonly tokenReplays: number;
}

const LATELY_MS = 300_000;

export async function auditFigures(db: Db, now: Date): Promise<AuditFigures> {
  const [lag, lately, { finished }] = await Promise.all([
    lagSeconds(db, now),
    // By its own name and shape each refusal is found again: the text is canonical JSON.
    sql<{ failed: string; replayed: string }>`
      select count(*) filter (where action in ('login_failed', 'login_throttled')) as failed,
        count(*) filter (where action = 'session_reuse_detected'
          or (action in ('approval_refused', 'execution_refused') and details::text like '%"code":"approval_token_used"%')
        ) as replayed
      from audit_logs where timestamp > ${new Date(now.getTime() - LATELY_MS)}`.execute(db),
    verificationState(db, now),
  ]);
  return {
    lagSeconds: lag,
    valid: finished?.valid ?? null,
    failedLogins: Number(lately.rows[0]?.failed ?? 0),
    tokenReplays: Number(lately.rows[0]?.replayed ?? 0),
  };
}

export async function lagSeconds(db: Db, now: Date): Promise<number> {
  const { rows } = await sql<{ since: Date | null }>`
    select min(timestamp) as since from audit_logs
    where id = (select record_id from audit_queue order by position limit 1)`.execute(db);
  const since = rows[0]?.since ?? null;
  return since === null ? 0 : Math.max(0, (now.getTime() - since.getTime()) / 1_000);
}
