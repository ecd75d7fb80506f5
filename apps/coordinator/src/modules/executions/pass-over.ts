import type { Db } from '../../db/schema.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import type { ProposalRow } from '../remediations/remediations.module.ts';
import { type Lease, lockWithLease } from './execution-lease.store.ts';
import { type StepRow, savePassedOver } from './executions.store.ts';
import { type LookDeps, lookAtMachine, type Seen } from './look-at-machine.ts';

export interface PassOverDeps extends LookDeps {
  db: Db;
  recordAudit: RecordAudit;
  publishEvent: PublishEvent;
}

/** Looks at machines before anything is done on them; answers those that are as they were approved, and marks the others. */
export async function lookAndPassOver(
  deps: PassOverDeps,
  lease: Lease,
  proposal: ProposalRow,
  steps: readonly StepRow[],
  installerIds: readonly string[],
): Promise<string[] | 'lost_lease'> {
  const seen = await Promise.all(
    installerIds.map(async (id) => ({ id, ...(await lookAtMachine(deps, proposal, id)) })),
  );
  for (const { id, state } of seen) {
    const before = steps.find((step) => step.executor_id === id)?.passed_over ?? null;
    const after = state === 'same' ? null : state;
    if (before !== after && !(await mark(deps, lease, proposal, id, after))) return 'lost_lease';
  }
  return seen.filter(({ state }) => state === 'same').map(({ id }) => id);
}

const mark = (
  { db, recordAudit, publishEvent }: PassOverDeps,
  lease: Lease,
  proposal: ProposalRow,
  installerId: string,
  passedOver: Exclude<Seen['state'], 'same'> | null,
): Promise<boolean> =>
  db.transaction().execute(async (tx) => {
    if (!(await lockWithLease(tx, lease))) return false;
    const { executionId } = lease;
    await savePassedOver(tx, executionId, installerId, passedOver);
    const data = { executionId, proposalId: proposal.id, installerId, passedOver };
    if (passedOver !== null)
      await recordAudit(tx, {
        action: 'execution_machine_passed_over',
        actor: 'system',
        target: executionId,
        result: 'failure',
        details: { proposalId: proposal.id, installerId, why: passedOver },
      });
    await publishEvent(tx, { channel: 'executions', event: 'execution.machine', data });
    return true;
  });
