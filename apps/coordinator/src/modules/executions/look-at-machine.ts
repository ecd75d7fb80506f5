import type { ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import type { PassedOver } from '@mcp-coordinator/core/rollouts/machine-state';
import type { ProposalRow, RemediationsModule } from '../remediations/remediations.module.ts';

export interface LookDeps {
  remediations: Pick<RemediationsModule, 'preview' | 'openActions'>;
}
/** `same`: it would do exactly what was approved. */
export interface Seen {
  readonly state: 'same' | PassedOver;
  readonly plans: readonly ActionPlan[];
}

/** Whether one machine of a rollout is there, and as it was approved; changes nothing. */
export async function lookAtMachine(deps: LookDeps, proposal: ProposalRow, installerId: string): Promise<Seen> {
  const actions = deps.remediations.openActions(proposal).filter(({ target }) => target?.installerId === installerId);
  const taken = await deps.remediations.preview(actions);
  if (!taken.ok) return { state: taken.refusal.code === 'server_unreachable' ? 'away' : 'changed', plans: [] };
  const { plans } = taken.value;
  const approved = new Map(proposal.preview.plans.map(({ actionId, planDigest }) => [actionId, planDigest]));
  const same = plans.every(({ actionId, planDigest }) => approved.get(actionId) === planDigest);
  return { state: same ? 'same' : 'changed', plans };
}
