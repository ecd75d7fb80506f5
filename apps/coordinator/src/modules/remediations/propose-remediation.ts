import type { Action } from '@mcp-coordinator/contract/actions.contract';
import type { AssessmentResults } from '@mcp-coordinator/contract/findings.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import type { LeftOut, ProposeRemediation, Rollout } from '@mcp-coordinator/contract/remediations.contract';
import { type ApprovalPolicy, quorumFor } from '@mcp-coordinator/core/approvals/approval-policy';
import { canPropose } from '@mcp-coordinator/core/assessments/assessment-states';
import { type KeyedServer, keyServers } from '@mcp-coordinator/core/assessments/server-keys';
import { assessRisk } from '@mcp-coordinator/core/remediations/assess-risk';
import { proposalDigest } from '@mcp-coordinator/core/remediations/proposal-digest';
import { proposalTitle } from '@mcp-coordinator/core/remediations/proposal-title';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Keys } from '../../keys.ts';
import { type Clock, type NewId, sha256Hex } from '../../runtime.ts';
import type { AssessmentsModule } from '../assessments/assessments.module.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PoliciesModule } from '../policies/policies.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import { judgedServers } from './judged-servers.ts';
import { locateActions, targetsOf } from './locate-actions.ts';
import { planRollout } from './plan-rollout.ts';
import { maySee, type Proposer } from './proposer.ts';
import { experience, insertProposal, type NewProposal } from './remediations.store.ts';
import { sealActions } from './seal-actions.ts';
import { supersedeOwn } from './supersede-proposal.ts';
import { type PreviewTaken, type TakePreviewDeps, takePreview } from './take-preview.ts';
import { subjectActions } from './tally-proposals.ts';

export interface ProposeRemediationDeps extends TakePreviewDeps {
  db: Db;
  clock: Clock;
  newId: NewId;
  keys: Keys;
  assessments: Pick<AssessmentsModule, 'find' | 'judgeProposal'>;
  policies: Pick<PoliciesModule, 'current' | 'hold' | 'pair'>;
  recordAudit: RecordAudit;
  publishEvent: PublishEvent;
}
export type ProposeRefusal = Refusal<
  | 'auto_approve_not_allowed'
  | 'not_found'
  | 'invalid_transition'
  | 'invalid_request'
  | 'ambiguous_server'
  | 'target_required'
  | 'action_refused'
  | 'server_unreachable'
  | 'forbidden'
  | 'key_bound_elsewhere'
>;
interface Basis {
  assessmentId: string;
  digest: string;
}
type Assessed = Basis & { results: AssessmentResults };
interface Planned {
  preview: PreviewTaken;
  rollout: Rollout | null;
  leftOut: LeftOut[];
}
export interface Proposed {
  proposalId: string;
  digest: string;
  /** Machines of a rollout's group on which nothing will be done. */
  leftOut: LeftOut[];
}

/** Takes the dry run of a change and keeps it as a proposal that a person can decide; changes nothing else. */
export async function proposeRemediation(
  deps: ProposeRemediationDeps,
  request: ProposeRemediation,
  proposer: Proposer,
): Promise<Result<Proposed, ProposeRefusal>> {
  const wrong = contradiction(request);
  if (wrong) return deny(wrong);
  const { onlyMachine } = proposer;
  if (onlyMachine !== null && isElsewhere(request, onlyMachine)) return deny(ELSEWHERE);
  const inventories = await deps.servers.inventories();
  const all = keyServers(inventories);
  const servers = onlyMachine === null ? all : all.filter(({ installerId }) => installerId === onlyMachine);
  const assessed =
    request.assessmentId === undefined
      ? undefined
      : await basisOf(deps, request.assessmentId, request.issues, proposer);
  if (assessed && !assessed.ok) return assessed;
  const startedAt = deps.clock();
  const { rollout, proposedActions: actions } = request;
  const results = assessed?.value.results;
  const planned = rollout
    ? await planRollout(deps, { actions, rollout }, inventories, servers, results)
    : await planChange(deps, actions, servers, results);
  if (!planned.ok) return planned;
  const basis = assessed ?? (await judge(deps, planned.value.preview, servers, proposer));
  if (!basis.ok) return basis;
  return keep(deps, request, proposer, basis.value, planned.value, startedAt);
}

async function planChange(
  deps: TakePreviewDeps,
  actions: readonly Action[],
  servers: readonly KeyedServer[],
  results: AssessmentResults | undefined,
): Promise<Result<Planned, ProposeRefusal>> {
  const judged = results ? judgedBy(servers, Object.keys(results.servers)) : servers;
  const placed = locateActions(actions, servers, targetsOf(judged));
  if (!placed.ok) return placed;
  const preview = await takePreview(deps, placed.value, servers);
  return preview.ok ? accept({ preview: preview.value, rollout: null, leftOut: [] }) : preview;
}

/** What names no machine is placed among the servers of its own. */
const isElsewhere = ({ rollout, proposedActions }: ProposeRemediation, machine: string): boolean =>
  rollout !== undefined || proposedActions.some(({ target }) => target !== undefined && target.installerId !== machine);

const ELSEWHERE = refuse(
  'key_bound_elsewhere',
  'This key proposes changes of its own machine alone. Nothing was proposed. A person can propose this one.',
);

function contradiction(request: ProposeRemediation): ProposeRefusal | undefined {
  if (request.autoApprove) {
    return refuse(
      'auto_approve_not_allowed',
      'Nothing approves itself: a person decides. Nothing was proposed. Leave autoApprove out, or set it to false.',
    );
  }
  const ids = request.proposedActions.map((action) => action.id);
  const twice = ids.findIndex((id, index) => ids.indexOf(id) !== index);
  if (twice === -1) return undefined;
  const errors = [{ path: `/proposedActions/${twice}/id`, message: 'is used by an earlier action' }];
  return refuse('invalid_request', 'Two actions have the same id. Nothing was proposed.', { errors });
}

async function basisOf(
  deps: ProposeRemediationDeps,
  assessmentId: string,
  issues: readonly string[],
  proposer: Proposer,
): Promise<Result<Assessed, ProposeRefusal>> {
  const assessment = await deps.assessments.find(deps.db, assessmentId);
  if (!assessment || !maySee(proposer, assessment.requested_by))
    return deny(refuse('not_found', `No assessment ${assessmentId}, or none that you may see. Nothing was proposed.`));
  if (!canPropose(assessment.status) || assessment.digest === null || !assessment.results) {
    return deny(
      refuse(
        'invalid_transition',
        `Assessment ${assessmentId} is ${assessment.status}; a proposal needs one that is completed or approved. Nothing was proposed.`,
      ),
    );
  }
  const known = new Set(Object.values(assessment.results.servers).flatMap((server) => server.issues));
  const errors = issues.flatMap((issue, index) =>
    known.has(issue) ? [] : [{ path: `/issues/${index}`, message: `is not an issue of assessment ${assessmentId}` }],
  );
  if (errors.length > 0)
    return deny(
      refuse('invalid_request', 'An issue is not among those of the assessment. Nothing was proposed.', { errors }),
    );
  return accept({ assessmentId, digest: assessment.digest, results: assessment.results });
}

const judgedBy = (servers: readonly KeyedServer[], keys: readonly string[]): KeyedServer[] =>
  servers.filter((server) => keys.includes(server.key));

const judge = (
  deps: ProposeRemediationDeps,
  preview: PreviewTaken,
  servers: readonly KeyedServer[],
  proposer: Proposer,
) =>
  deps.assessments.judgeProposal({
    ...judgedServers(preview.actions, servers, deps.keys.keyedHash),
    actor: proposer.actor,
    requestId: proposer.requestId,
  });

async function keep(
  deps: ProposeRemediationDeps,
  request: ProposeRemediation,
  proposer: Proposer,
  basis: Basis,
  { preview, rollout, leftOut }: Planned,
  startedAt: Date,
): Promise<Result<Proposed, ProposeRefusal>> {
  const now = deps.clock();
  const { record, expectedMs } = await experience(deps.db, preview.plans, now);
  const id = deps.newId('remediation');
  const { masked, sealed, hashed } = sealActions(deps.keys, id, preview.actions);
  return transact(deps.db, async (tx) => {
    await deps.policies.hold(tx);
    const policy = await deps.policies.current(tx);
    const content = {
      proposalId: id,
      assessmentDigest: basis.digest,
      policyVersion: policy.version,
      validUntil: lastMoment(now, policy.maximumAges),
      actions: hashed,
      plans: preview.plans,
      rollout,
    };
    const proposal: NewProposal = {
      id,
      assessmentId: basis.assessmentId,
      title: request.title ?? titleOf(preview, rollout),
      priority: request.priority,
      issues: request.issues,
      actions: masked,
      sealed,
      preview: {
        takenAt: startedAt.toISOString(),
        durationMs: now.getTime() - startedAt.getTime(),
        plans: preview.plans,
      },
      risk: assessRisk(preview.plans, record, expectedMs),
      digest: proposalDigest(content, sha256Hex),
      digested: { assessmentDigest: basis.digest, validUntil: content.validUntil, actions: hashed },
      rollout,
      policy: {
        version: policy.version,
        quorum: quorumFor(policy, { priority: request.priority, actions: subjectActions(masked) }),
        secondPerson: policy.secondPerson,
      },
      proposedBy: proposer.actor,
      proposerId: proposer.userId,
      keyMadeBy: proposer.keyMadeBy,
      supersedes: request.supersedes ?? null,
      now,
      expiresAt: new Date(now.getTime() + policy.maximumAges.proposalHours * 3_600_000),
    };
    if (request.supersedes) {
      const superseded = await supersedeOwn(deps, tx, { oldId: request.supersedes, newId: id, proposer });
      if (!superseded.ok) return superseded;
    }
    await insertProposal(tx, proposal);
    await announce(deps, tx, proposal, proposer, masked);
    return accept({ proposalId: id, digest: proposal.digest, leftOut });
  });
}

/** What is done on one machine, and on how many. */
function titleOf({ plans }: PreviewTaken, rollout: Rollout | null): string {
  if (!rollout) return proposalTitle(plans);
  const first = plans.filter(({ target }) => target?.installerId === rollout.machines[0]);
  return proposalTitle(first, ` on ${rollout.machines.length} machines`);
}

/** What is approved at the last moment may still be run at the last moment, and take a while. */
const RUN_HOURS = 1;

/** When the machines stop to take it, even if somebody keeps what was signed. */
const lastMoment = (now: Date, { proposalHours, approvalHours }: ApprovalPolicy['maximumAges']): string =>
  new Date(now.getTime() + (proposalHours + approvalHours + RUN_HOURS) * 3_600_000).toISOString();

async function announce(
  deps: ProposeRemediationDeps,
  tx: Parameters<RecordAudit>[0],
  proposal: NewProposal,
  proposer: Proposer,
  actions: readonly Action[],
): Promise<void> {
  const { id, assessmentId, title, priority, digest, issues, rollout } = proposal;
  const details = {
    assessmentId,
    title,
    priority,
    digest,
    issues,
    actions: actions.map(({ id: actionId, type, serverName }) => ({ actionId, type, serverName })),
    ...(rollout ? { rollout } : {}),
  };
  await deps.recordAudit(tx, {
    action: 'remediation_proposed',
    actor: proposer.actor,
    target: id,
    details,
    requestId: proposer.requestId,
  });
  await deps.publishEvent(tx, {
    channel: 'remediations',
    event: 'remediation.proposed',
    data: { proposalId: id, status: 'pending', title, priority },
  });
}
