import { ACTION_OWNERS, type Action } from '@mcp-coordinator/contract/actions.contract';
import { type ActionOutcome, COMPLIANCE_TOOLS, INSTALLER_TOOLS } from '@mcp-coordinator/contract/mcp.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { ProposalRow, RemediationsModule } from '../remediations/remediations.module.ts';
import type { ServersModule } from '../servers/servers.module.ts';
import type { StepRow } from './executions.store.ts';
import type { GrantSigner } from './sign-grant.ts';

export interface CallExecutorDeps {
  servers: Pick<ServersModule, 'linkOf'>;
  remediations: Pick<RemediationsModule, 'openActions' | 'snapshotsFor' | 'consentFor'>;
  grants: Pick<GrantSigner, 'sign'>;
}
export type Operation = 'apply' | 'rollback';
type Called = Result<ActionOutcome, Refusal<'server_unreachable'>>;
type Link = Extract<Awaited<ReturnType<ServersModule['linkOf']>>, { ok: true }>['value'];

const CALL_TIMEOUT_MS = 180_000;

/** Hands one action to the server that owns it, with a grant for this action, this executor and this link alone. */
export async function callExecutor(
  deps: CallExecutorDeps,
  call: { executionId: string; proposal: ProposalRow; step: StepRow; operation: Operation },
): Promise<Called> {
  const { executionId, proposal, step, operation } = call;
  const action = deps.remediations.openActions(proposal).find((one) => one.id === step.action_id);
  const plan = proposal.preview.plans.find((one) => one.actionId === step.action_id);
  if (!action || !plan) throw new Error(`proposal ${proposal.id} has no plan for ${step.action_id}`);
  const link = await deps.servers.linkOf(step.executor_id);
  if (!link.ok) return link;
  const grant = await deps.grants.sign({
    operation,
    executionId,
    proposalId: proposal.id,
    planDigest: plan.planDigest,
    proposalDigest: proposal.digest,
    nonce: link.value.nonce,
    executorId: step.executor_id,
    action,
    consent: await deps.remediations.consentFor(proposal, action.id),
  });
  const granted = { executionId, action, grant };
  const answer =
    ACTION_OWNERS[action.type] === 'compliance'
      ? await askCompliance(deps, link.value, granted, operation)
      : await askInstaller(link.value, granted, operation);
  return answer.ok ? outcomeOf(answer.value.outcome, executionId, step) : answer;
}

interface Granted {
  executionId: string;
  action: Action;
  grant: string;
}

async function askCompliance(deps: CallExecutorDeps, link: Link, { action, ...rest }: Granted, operation: Operation) {
  const servers = await deps.remediations.snapshotsFor([action]);
  const args = { ...rest, operation, actions: [action], servers };
  return link.call('execute_remediation', COMPLIANCE_TOOLS.execute_remediation, args, { timeoutMs: CALL_TIMEOUT_MS });
}

function askInstaller(link: Link, granted: Granted, operation: Operation) {
  const options = { timeoutMs: CALL_TIMEOUT_MS };
  if (operation === 'rollback') {
    const args = { ...granted, reason: 'rollback of the execution' };
    return link.call('rollback_change', INSTALLER_TOOLS.rollback_change, args, options);
  }
  // pin_tools and accept_risk go to the compliance server; the rest are installer tools of the same name.
  const name = granted.action.type as Exclude<Action['type'], 'pin_tools' | 'accept_risk'>;
  return link.call(name, INSTALLER_TOOLS[name], granted, options);
}

/** An answer about something else is no answer: nothing may be concluded from it. */
function outcomeOf(outcome: ActionOutcome | undefined, executionId: string, step: StepRow): Called {
  if (outcome?.executionId === executionId && outcome.actionId === step.action_id) return accept(outcome);
  const said = outcome ? `for ${outcome.actionId} of ${outcome.executionId}` : 'without an outcome';
  return deny(
    refuse(
      'server_unreachable',
      `${step.executor_id} answered ${said}, and was asked for ${step.action_id} of ${executionId}.`,
    ),
  );
}
