import type { Alert, AlertRule, AlertSeverity } from '@mcp-coordinator/contract/monitoring.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import type { ApprovalRefusal } from '@mcp-coordinator/core/approvals/decide-approval';
import type { Db, Tx } from '../../db/schema.ts';
import type { Clock } from '../../runtime.ts';
import type { AssessmentsModule } from '../assessments/assessments.module.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PoliciesModule } from '../policies/policies.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import type { ProposalRow, RemediationsModule } from '../remediations/remediations.module.ts';
import type { TokenUseRefusal } from './use-approval-token.ts';

export interface DecideApprovalDeps {
  db: Db;
  clock: Clock;
  recordAudit: RecordAudit;
  publishEvent: PublishEvent;
  remediations: Pick<RemediationsModule, 'lock' | 'votesOf' | 'decidable' | 'saveTransition' | 'markBreakGlass'>;
  assessments: Pick<AssessmentsModule, 'openForDecision'>;
  policies: Pick<PoliciesModule, 'hold' | 'pair' | 'openChange'>;
  alerts: Alerts;
  /** Makes the execution that an approved proposal may start, and answers its id. */
  prepareExecution: (tx: Tx, proposal: ProposalRow) => Promise<string>;
  executionOf: (tx: Tx, proposalId: string) => Promise<string | null>;
}

/** Alerts of what happened, rather than of a figure: they stand until they are settled. */
export interface Alerts {
  raise: (tx: Tx, alert: { severity: AlertSeverity; condition: string; action: AlertRule['action'] }) => Promise<Alert>;
  settle: (tx: Tx, condition: string) => Promise<void>;
  /** Tells those who are to know; after the commit. */
  tell: (alert: Alert) => Promise<void>;
}

export interface Decided {
  executionId: string | null;
  approvalsNeeded: number;
}
export type DecideRefusal =
  | ApprovalRefusal
  | Refusal<'not_found' | 'policy_changed' | 'idempotency_conflict'>
  | TokenUseRefusal;

export const idTaken = (): Refusal<'idempotency_conflict'> =>
  refuse(
    'idempotency_conflict',
    'This approvalId was used for another decision. Nothing was decided. Choose a new approvalId.',
  );
