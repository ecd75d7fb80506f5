import type { DomainMetric } from '@mcp-coordinator/contract/monitoring.contract';
import { newestBackupAt } from './backup/backups.store.ts';
import type { Db } from './db/schema.ts';
import type { ApprovalsModule } from './modules/approvals/approvals.module.ts';
import type { AuditModule } from './modules/audit/audit.module.ts';
import type { ExecutionsModule } from './modules/executions/executions.module.ts';
import type { RemediationsModule } from './modules/remediations/remediations.module.ts';
import type { Clock } from './runtime.ts';

interface DomainFiguresDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly remediations: Pick<RemediationsModule, 'undecided'>;
  readonly executions: Pick<ExecutionsModule, 'lastMoves'>;
  readonly approvals: Pick<ApprovalsModule, 'countUnreviewed'>;
  readonly audit: Pick<AuditModule, 'figures'>;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** What each part knows of its own work, under the names that alerts have for it. What is not known is left out. */
export const createDomainFigures =
  ({ db, clock, remediations, executions, approvals, audit }: DomainFiguresDeps) =>
  async (): Promise<Partial<Record<DomainMetric, number>>> => {
    const [undecided, moved, unreviewed, log, backup] = await Promise.all([
      remediations.undecided(),
      executions.lastMoves(),
      approvals.countUnreviewed(),
      audit.figures(),
      newestBackupAt(db),
    ]);
    const ageMs = (since: Date | null): number =>
      since === null ? 0 : Math.max(0, clock().getTime() - since.getTime());
    return {
      pending_approvals: undecided.count,
      approval_age_hours: ageMs(undecided.since) / HOUR_MS,
      execution_stuck_minutes: ageMs(moved) / MINUTE_MS,
      audit_lag_seconds: log.lagSeconds,
      ...(log.valid === null ? {} : { audit_valid: log.valid ? 1 : 0 }),
      failed_logins: log.failedLogins,
      token_replay: log.tokenReplays,
      break_glass: unreviewed,
      ...(backup === null ? {} : { backup_age_hours: ageMs(backup) / HOUR_MS }),
    };
  };
