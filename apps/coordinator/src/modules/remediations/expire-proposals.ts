import { PROPOSAL_MOVES } from '@mcp-coordinator/core/remediations/proposal-states';
import { moveFrom } from '@mcp-coordinator/core/state-machine';
import type { Db, Tx } from '../../db/schema.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import { lockExpired, saveProposalTransition } from './remediations.store.ts';

export interface ExpireProposalsDeps {
  db: Db;
  clock: Clock;
  recordAudit: RecordAudit;
  publishEvent: PublishEvent;
  /** Ends the execution that an approval had prepared and nobody started. */
  dropExecution: (tx: Tx, proposalId: string, reason: string) => Promise<void>;
}

/** Ends every proposal whose time is over; answers how many. */
export async function expireProposals(deps: ExpireProposalsDeps): Promise<number> {
  for (let count = 0; ; count += 1) {
    if (!(await deps.db.transaction().execute((tx) => expireOne(deps, tx)))) return count;
  }
}

async function expireOne(
  { clock, recordAudit, publishEvent, dropExecution }: ExpireProposalsDeps,
  tx: Tx,
): Promise<boolean> {
  const proposal = await lockExpired(tx, clock());
  if (!proposal) return false;
  const transition = moveFrom(PROPOSAL_MOVES, proposal.status, 'expire', `Proposal ${proposal.id}`);
  if (!transition.ok) throw new Error(`a ${proposal.status} proposal was picked to expire`);
  const reason =
    proposal.status === 'pending' ? 'nobody decided it in time' : 'nobody ran it in time after its approval';
  await saveProposalTransition(tx, proposal.id, transition.value, { reason });
  await dropExecution(tx, proposal.id, reason);
  await recordAudit(tx, { action: 'remediation_expired', actor: 'system', target: proposal.id, details: { reason } });
  await publishEvent(tx, {
    channel: 'remediations',
    event: 'remediation.expired',
    data: { proposalId: proposal.id, status: 'expired', reason },
  });
  return true;
}
