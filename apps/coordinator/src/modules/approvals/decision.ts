import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
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
  remediations: Pick<RemediationsModule, 'lock' | 'votesOf' | 'saveTransition'>;
  assessments: Pick<AssessmentsModule, 'openForDecision'>;
  policies: Pick<PoliciesModule, 'current'>;
  /** Makes the execution that an approved proposal may start, and answers its id. */
  prepareExecution: (tx: Tx, proposal: ProposalRow) => Promise<string>;
  executionOf: (tx: Tx, proposalId: string) => Promise<string | null>;
  approvedTtlHours: number;
}
export interface Decided {
  executionId: string | null;
  approvalsNeeded: number;
}
export type DecideRefusal =
  | Refusal<
      | 'not_found'
      | 'self_approval'
      | 'proposal_changed'
      | 'already_decided'
      | 'invalid_transition'
      | 'idempotency_conflict'
    >
  | TokenUseRefusal;

export const idTaken = (): Refusal<'idempotency_conflict'> =>
  refuse(
    'idempotency_conflict',
    'This approvalId was used for another decision. Nothing was decided. Choose a new approvalId.',
  );
