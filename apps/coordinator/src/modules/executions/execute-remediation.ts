import type { ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import type { ExecuteRemediation } from '@mcp-coordinator/contract/executions.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import type { Rollout } from '@mcp-coordinator/contract/remediations.contract';
import { decideStart, type StartRefusal } from '@mcp-coordinator/core/approvals/decide-start';
import { EXECUTION_MOVES } from '@mcp-coordinator/core/executions/execution-states';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { moveFrom } from '@mcp-coordinator/core/state-machine';
import type { Db, Tx } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Person } from '../../http/caller.ts';
import type { WakeUp } from '../../jobs/job-queue.ts';
import type { Clock } from '../../runtime.ts';
import type { ApprovalsModule, TokenUseRefusal } from '../approvals/approvals.module.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PoliciesModule } from '../policies/policies.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import type { ProposalRow, RemediationsModule } from '../remediations/remediations.module.ts';
import { endStale } from './end-stale-proposal.ts';
import { findExecutionOf, lockExecution, saveExecution } from './executions.store.ts';
import { lookAtMachine } from './look-at-machine.ts';

export interface ExecuteRemediationDeps {
  db: Db;
  clock: Clock;
  wakeUp: WakeUp;
  recordAudit: RecordAudit;
  publishEvent: PublishEvent;
  remediations: Pick<
    RemediationsModule,
    'find' | 'lock' | 'votesOf' | 'decidable' | 'saveTransition' | 'supersede' | 'preview' | 'digestNow' | 'openActions'
  >;
  approvals: Pick<ApprovalsModule, 'checkToken' | 'redeemToken'>;
  policies: Pick<PoliciesModule, 'hold' | 'pair'>;
}
export type ExecuteRefusal =
  | Refusal<'not_found' | 'preview_stale' | 'server_unreachable'>
  | StartRefusal
  | TokenUseRefusal;
export type Executed = { dryRun: true; current: boolean; plans: ActionPlan[] } | { dryRun: false; executionId: string };

/** Runs what was approved, if every preview is still what was approved; or only looks, changing and spending nothing. */
export async function executeRemediation(
  deps: ExecuteRemediationDeps,
  request: ExecuteRemediation,
  person: Person,
  requestId: string,
): Promise<Result<Executed, ExecuteRefusal>> {
  const proposal = await deps.remediations.find(deps.db, request.proposalId);
  if (!proposal)
    return deny(refuse('not_found', `No proposal ${request.proposalId}, or none that you may see. Nothing was run.`));
  const early = request.dryRun ? accept(undefined) : await refuseEarly(deps, request, proposal, person);
  if (!early.ok) return early;
  const looked = proposal.rollout ? await lookAtAll(deps, proposal, proposal.rollout) : await look(deps, proposal);
  // Away is not changed: nothing can be said about the files, so nothing is decided about the proposal.
  if (!looked.ok) return looked;
  const { current, startable, plans } = looked.value;
  if (request.dryRun) return accept({ dryRun: true, current, plans });
  if (!startable) return endStale(deps, proposal, plans, person.actor, requestId);
  return start(deps, request, person, requestId);
}

interface Looked {
  /** All of it would still be done as it was approved. */
  current: boolean;
  /** Some of it would, and a rollout passes over the rest. */
  startable: boolean;
  plans: ActionPlan[];
}
const away = (detail: string) => deny(refuse('server_unreachable', detail, { retryAfterSeconds: 5 }));

async function look(
  { remediations }: ExecuteRemediationDeps,
  proposal: ProposalRow,
): Promise<Result<Looked, Refusal<'server_unreachable'>>> {
  const now = await remediations.preview(remediations.openActions(proposal));
  if (!now.ok && now.refusal.code === 'server_unreachable') return away(now.refusal.detail);
  const plans = now.ok ? now.value.plans : [];
  const current = now.ok && (await remediations.digestNow(proposal, plans)) === proposal.digest;
  return accept({ current, startable: current, plans });
}

async function lookAtAll(
  deps: ExecuteRemediationDeps,
  proposal: ProposalRow,
  { machines }: Rollout,
): Promise<Result<Looked, Refusal<'server_unreachable'>>> {
  const seen = await Promise.all(machines.map((id) => lookAtMachine(deps, proposal, id)));
  if (seen.every(({ state }) => state === 'away'))
    return away('No machine of the rollout is linked. Nothing was run. Try again when one is.');
  // What was approved must be what stands in our rows, whatever the machines say.
  const intact = (await deps.remediations.digestNow(proposal, proposal.preview.plans)) === proposal.digest;
  const same = seen.filter(({ state }) => state === 'same').length;
  const plans = seen.flatMap((one) => one.plans);
  return accept({ current: intact && same === seen.length, startable: intact && same > 0, plans });
}

const subjectOf = ({ id, digest }: ProposalRow) => ({ kind: 'proposal', id, digest }) as const;

async function refuseEarly(
  deps: ExecuteRemediationDeps,
  request: ExecuteRemediation,
  proposal: ProposalRow,
  person: Person,
): Promise<Result<void, ExecuteRefusal>> {
  const now = deps.clock();
  const token = await deps.approvals.checkToken(deps.db, request.approvalToken, {
    userId: person.userId,
    subject: subjectOf(proposal),
    now,
  });
  if (!token.ok) return token;
  const may = await mayStart(deps, deps.db, proposal, { secondFactor: token.value.stepUp !== null, now });
  return may.ok ? accept(undefined) : may;
}

const mayStart = async (
  { remediations, policies }: ExecuteRemediationDeps,
  from: Db | Tx,
  proposal: ProposalRow,
  given: { secondFactor: boolean; now: Date },
) =>
  decideStart({
    proposal: await remediations.decidable(from, proposal),
    votes: await remediations.votesOf(from, proposal.id),
    rules: await policies.pair(from, proposal.policy.version),
    ...given,
  });

/** The token, the proposal and the execution change together, or nothing does. */
const start = (
  deps: ExecuteRemediationDeps,
  request: ExecuteRemediation,
  person: Person,
  requestId: string,
): Promise<Result<Executed, ExecuteRefusal>> =>
  transact<Executed, ExecuteRefusal>(deps.db, async (tx) => {
    const now = deps.clock();
    await deps.policies.hold(tx);
    const proposal = await deps.remediations.lock(tx, request.proposalId);
    if (!proposal) return deny(refuse('not_found', `No proposal ${request.proposalId}. Nothing was run.`));
    const token = await deps.approvals.redeemToken(tx, request.approvalToken, {
      userId: person.userId,
      subject: subjectOf(proposal),
      now,
    });
    if (!token.ok) return token;
    const may = await mayStart(deps, tx, proposal, { secondFactor: token.value.stepUp !== null, now });
    if (!may.ok) return may;
    const found = await findExecutionOf(tx, proposal.id);
    const execution = found && (await lockExecution(tx, found.id));
    if (!execution) throw new Error(`proposal ${proposal.id} is approved and has no execution`);
    const begin = moveFrom(EXECUTION_MOVES, execution.status, 'start', `Execution ${execution.id}`);
    if (!begin.ok) return begin;
    const { rollbackOnFailure, parallelExecution } = request;
    await deps.remediations.saveTransition(tx, proposal.id, may.value.transition, { expiresAt: null });
    await saveExecution(tx, execution.id, begin.value, {
      startedAt: now,
      startedBy: person.username,
      rollbackOnFailure,
      parallelExecution,
      resumableUntil: proposal.rollout ? proposal.expires_at : null,
    });
    await deps.wakeUp(tx, 'execution', execution.id);
    await announce(deps, tx, person, {
      ...{
        proposal,
        executionId: execution.id,
        tokenId: token.value.id,
        rollbackOnFailure,
        parallelExecution,
        requestId,
      },
      breakGlass: may.value.breakGlass,
    });
    return accept({ dryRun: false, executionId: execution.id });
  });

interface Started {
  proposal: ProposalRow;
  executionId: string;
  tokenId: string;
  rollbackOnFailure: boolean;
  parallelExecution: boolean;
  breakGlass: boolean;
  requestId: string;
}

async function announce(
  { recordAudit, publishEvent }: ExecuteRemediationDeps,
  tx: Tx,
  person: Person,
  { proposal, executionId, tokenId, rollbackOnFailure, parallelExecution, breakGlass, requestId }: Started,
): Promise<void> {
  const { id: proposalId, digest } = proposal;
  await recordAudit(tx, {
    action: 'execution_started',
    actor: person.actor,
    target: executionId,
    details: {
      ...{ proposalId, digest, tokenId, rollbackOnFailure, parallelExecution },
      ...(breakGlass ? { breakGlass } : {}),
    },
    requestId,
  });
  await publishEvent(tx, {
    channel: 'executions',
    event: 'execution.started',
    data: { executionId, proposalId, status: 'running', by: person.username },
  });
  await publishEvent(tx, {
    channel: 'remediations',
    event: 'remediation.executing',
    data: { proposalId, status: 'executing', executionId },
  });
}
