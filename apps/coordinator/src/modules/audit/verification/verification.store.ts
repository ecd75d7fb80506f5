import type { AuditProblem, AuditVerification } from '@mcp-coordinator/contract/audit.contract';
import { sql } from 'kysely';
import type { Db } from '../../../db/schema.ts';

/** The one row of the background verifier: what it does now, and what it found last. */
export interface VerificationState {
  readonly running: {
    startedAt: Date;
    verified: number;
    total: number;
    problems: AuditProblem[];
    expired: boolean;
  } | null;
  readonly finished: AuditVerification | null;
  /** When all of it was verified last. */
  readonly wholeAt: Date | null;
}

export async function verificationState(db: Db, now: Date): Promise<VerificationState> {
  const row = await db.selectFrom('audit_verifications').selectAll().executeTakeFirst();
  if (row === undefined) return { running: null, finished: null, wholeAt: null };
  const running = {
    startedAt: row.started_at,
    verified: Number(row.verified),
    total: Number(row.total),
    problems: row.problems,
    expired: row.lease_expires_at <= now,
  };
  return { running: row.status === 'running' ? running : null, finished: row.finished, wholeAt: row.whole_at };
}

export interface VerificationLease {
  readonly instance: string;
  readonly now: Date;
  readonly until: Date;
}

/** False while another instance is at it and alive. */
export async function beginVerification(
  db: Db,
  { instance, now, until }: VerificationLease,
  progress: { verified: number; total: number; problems: readonly AuditProblem[] },
): Promise<boolean> {
  const problems = JSON.stringify(progress.problems);
  const { rows } = await sql`
    insert into audit_verifications as v (status, instance, lease_expires_at, started_at, verified, total, problems)
    values ('running', ${instance}, ${until}, ${now}, ${progress.verified}, ${progress.total}, ${problems}::json)
    on conflict (only_one) do update set status = 'running', instance = ${instance}, lease_expires_at = ${until},
      started_at = ${now}, verified = ${progress.verified}, total = ${progress.total}, problems = ${problems}::json
    where v.status = 'done' or v.lease_expires_at <= ${now}
    returning 1`.execute(db);
  return rows.length > 0;
}

/** False once the lease was lost to another instance. */
export async function saveProgress(
  db: Db,
  { instance, until }: VerificationLease,
  verified: number,
  problems: readonly AuditProblem[],
): Promise<boolean> {
  const saved = await db
    .updateTable('audit_verifications')
    .set({ verified: String(verified), problems: JSON.stringify(problems), lease_expires_at: until })
    .where('status', '=', 'running')
    .where('instance', '=', instance)
    .executeTakeFirst();
  return saved.numUpdatedRows > 0n;
}

/** Ends it, with what it found, or as if it had not begun. */
export async function endVerification(
  db: Db,
  instance: string,
  finished: AuditVerification | undefined,
  whole: boolean,
): Promise<void> {
  await db
    .updateTable('audit_verifications')
    .set({
      status: 'done',
      ...(finished ? { finished: JSON.stringify(finished) } : {}),
      ...(finished && whole ? { whole_at: new Date(finished.checkedAt ?? 0) } : {}),
    })
    .where('status', '=', 'running')
    .where('instance', '=', instance)
    .execute();
}
