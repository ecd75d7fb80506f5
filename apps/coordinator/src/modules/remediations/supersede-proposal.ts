import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { PROPOSAL_MOVES } from '@mcp-coordinator/core/remediations/proposal-states';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { moveFrom } from '@mcp-coordinator/core/state-machine';
import type { Tx } from '../../db/schema.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import { maySee, type Proposer } from './proposer.ts';
import { lockProposal, type ProposalRow, saveProposalTransition } from './remediations.store.ts';

interface Deps {
  recordAudit: RecordAudit;
  publishEvent: PublishEvent;
}

/** A new proposal takes the place of an undecided one of the same proposer. */
export async function supersedeOwn(
  deps: Deps,
  tx: Tx,
  { oldId, newId, proposer }: { oldId: string; newId: string; proposer: Proposer },
): Promise<Result<void, Refusal<'not_found' | 'forbidden' | 'invalid_transition'>>> {
  const old = await lockProposal(tx, oldId);
  if (!old || !maySee(proposer, old.proposed_by))
    return deny(refuse('not_found', `No proposal ${oldId}, or none that you may see. Nothing was proposed.`));
  if (old.proposed_by !== proposer.actor) {
    return deny(
      refuse(
        'forbidden',
        `Proposal ${oldId} is ${old.proposed_by}'s; only the same proposer may put another in its place. Nothing was proposed.`,
      ),
    );
  }
  if (old.status !== 'pending') {
    return deny(
      refuse(
        'invalid_transition',
        `Proposal ${oldId} is ${old.status}, no longer undecided. Nothing was proposed. Propose without supersedes.`,
      ),
    );
  }
  return supersede(deps, tx, old, `replaced by ${newId}`, proposer.actor);
}

/** Ends a proposal whose plan is not what would happen any more. */
export async function supersede(
  { recordAudit, publishEvent }: Deps,
  tx: Tx,
  proposal: Pick<ProposalRow, 'id' | 'status'>,
  reason: string,
  actor: string,
): Promise<Result<void, Refusal<'invalid_transition'>>> {
  const transition = moveFrom(PROPOSAL_MOVES, proposal.status, 'supersede', `Proposal ${proposal.id}`);
  if (!transition.ok) return transition;
  await saveProposalTransition(tx, proposal.id, transition.value, { reason });
  await recordAudit(tx, { action: 'remediation_superseded', actor, target: proposal.id, details: { reason } });
  await publishEvent(tx, {
    channel: 'remediations',
    event: 'remediation.superseded',
    data: { proposalId: proposal.id, status: 'superseded', reason },
  });
  return accept(undefined);
}
