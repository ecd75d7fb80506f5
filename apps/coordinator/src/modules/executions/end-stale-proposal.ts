import type { ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { deny, type Result } from '@mcp-coordinator/core/result';
import type { Db } from '../../db/schema.ts';
import type { ProposalRow, RemediationsModule } from '../remediations/remediations.module.ts';
import { type DropExecutionDeps, dropExecution } from './drop-execution.ts';

interface EndStaleDeps extends DropExecutionDeps {
  db: Db;
  remediations: Pick<RemediationsModule, 'lock' | 'supersede'>;
}

/** Names what differs, in the words of a person who must look at it. */
function difference(approved: readonly ActionPlan[], present: readonly ActionPlan[]): string {
  const changed = approved.filter((plan, index) => plan.planDigest !== present[index]?.planDigest);
  const files = new Set(changed.flatMap((plan) => (plan.target ? [plan.target.path] : [])));
  if (present.length === 0) return 'the change is not possible any more';
  return files.size > 0
    ? `${[...files].join(', ')} changed since`
    : 'what the change would do is not the same any more';
}

/** The configuration is not the one that was approved: nothing runs, the token stays unspent, the proposal is over. */
export async function endStale(
  deps: EndStaleDeps,
  proposal: ProposalRow,
  present: readonly ActionPlan[],
  actor: string,
  requestId: string,
): Promise<Result<never, Refusal<'preview_stale'>>> {
  const reason = difference(proposal.preview.plans, present);
  await deps.db.transaction().execute(async (tx) => {
    const locked = await deps.remediations.lock(tx, proposal.id);
    if (!locked) return;
    // Somebody else may have found the same a moment before.
    const ended = await deps.remediations.supersede(tx, locked, `preview stale: ${reason}`, actor);
    if (ended.ok) await dropExecution(deps, tx, proposal.id, reason, requestId);
  });
  return deny(
    refuse(
      'preview_stale',
      `Since the approval, ${reason}. Nothing was run and the approval token is unspent. Propose the change again.`,
    ),
  );
}
