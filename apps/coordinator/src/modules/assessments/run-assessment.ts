import { type AssessedServer, COMPLIANCE_TOOLS } from '@mcp-coordinator/contract/mcp.contract';
import { ASSESSMENT_MOVES } from '@mcp-coordinator/core/assessments/assessment-states';
import { resolveTargets, type Target } from '@mcp-coordinator/core/assessments/server-keys';
import { digestJson } from '@mcp-coordinator/core/digests/canonical-json';
import { moveFrom } from '@mcp-coordinator/core/state-machine';
import type { Db } from '../../db/schema.ts';
import { type Clock, sha256Hex } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import type { ServersModule } from '../servers/servers.module.ts';
import {
  type AssessmentChange,
  type AssessmentRow,
  findAssessment,
  isRunnerAlive,
  lockAssessment,
  saveAssessment,
  saveWaitReason,
} from './assessments.store.ts';
import { seenServers } from './seen-servers.ts';

export interface RunAssessmentDeps {
  db: Db;
  clock: Clock;
  servers: Pick<ServersModule, 'inventories' | 'refreshInventories' | 'linked' | 'call'>;
  recordAudit: RecordAudit;
  publishEvent: PublishEvent;
  protectedPaths: readonly string[];
  /** Names this process as the runner. */
  instanceId: string;
  /** Whether this coordinator is being stopped, so that a call that breaks off says nothing about its server. */
  isStopping: () => boolean;
}

/** With no compliance server an assessment waits this long, then has failed (CONTRACT §4 "Assess"). */
const COMPLIANCE_WAIT_MS = 5 * 60_000;
const LOOK_AGAIN_SECONDS = 2;
const CALL_TIMEOUT_MS = 120_000;

/** Makes one assessment; answers seconds after which to look again while it has to wait. */
export async function runAssessment(
  deps: RunAssessmentDeps,
  id: string,
  /** When this coordinator began to look: servers that it lost by a restart get the same time to come back. */
  lookingSince: Date,
): Promise<number | undefined> {
  const assessment = await findAssessment(deps.db, id);
  if (assessment?.status !== 'pending' && assessment?.status !== 'running') return undefined;
  const [complianceId] = await deps.servers.linked('compliance');
  if (complianceId === undefined) return waitOrFail(deps, assessment, 'no compliance server is linked', lookingSince);
  const attempt = await begin(deps, id);
  if (attempt === undefined) return undefined;
  await deps.servers.refreshInventories();
  const targets = resolveTargets(await seenServers(deps, assessment.only_machine), assessment.target_servers);
  if (!targets.ok) return fail(deps, id, attempt, targets.refusal.detail);
  const snapshots = targets.value.map(toAssessed);
  const answer = await deps.servers.call(
    complianceId,
    'compliance_assessment',
    COMPLIANCE_TOOLS.compliance_assessment,
    {
      assessmentId: id,
      assessmentType: assessment.assessment_type,
      // Findings are always kept; whether they are shown is the caller's option.
      includeDetails: true,
      servers: snapshots,
      protectedPaths: [...deps.protectedPaths],
    },
    {
      timeoutMs: CALL_TIMEOUT_MS,
      onProgress: (progress) => void announceProgress(deps, id, progress).catch(() => undefined),
    },
  );
  if (!answer.ok) return deps.isStopping() ? undefined : fail(deps, id, attempt, answer.refusal.detail);
  const { results, rulesVersion } = answer.value;
  const digest = digestJson(
    { assessmentId: id, results, rulesVersion, servers: snapshots.map((one) => [one.key, one.snapshot?.hash ?? null]) },
    sha256Hex,
  );
  await settle(deps, id, attempt, 'complete', {
    completedAt: deps.clock(),
    reason: null,
    snapshots,
    results,
    rulesVersion,
    digest,
  });
  return undefined;
}

const toAssessed = ({ key, found }: Target): AssessedServer => ({
  key,
  snapshot: found?.server ?? null,
  ...(found ? { installerId: found.installerId } : {}),
  ...(found?.file ? { file: { mode: found.file.mode, gitTracked: found.file.gitTracked } } : {}),
  ...(found?.own ? { own: found.own } : {}),
  ...(found?.drift ? { drift: found.drift } : {}),
});

/** Marks it as running and answers the number of this attempt, by which a later one fences it. */
const begin = (deps: RunAssessmentDeps, id: string): Promise<number | undefined> =>
  deps.db.transaction().execute(async (tx) => {
    const row = await lockAssessment(tx, id);
    const move = row && moveFrom(ASSESSMENT_MOVES, row.status, 'start', `Assessment ${id}`);
    if (!row || !move?.ok) return undefined;
    // Taken over only from the dead, or from a run of our own that broke off.
    const { runner } = row;
    if (row.status === 'running' && runner !== deps.instanceId && (await isRunnerAlive(tx, id))) return undefined;
    const attempt = row.attempt + 1;
    const change = { startedAt: deps.clock(), attempt, reason: null, runner: deps.instanceId };
    await saveAssessment(tx, id, move.value, change);
    if (row.status === 'pending') {
      await deps.recordAudit(tx, { action: 'assessment_started', actor: 'system', target: id });
      await deps.publishEvent(tx, {
        channel: 'assessments',
        event: 'assessment.started',
        data: { assessmentId: id, status: 'running' },
      });
    }
    return attempt;
  });

async function waitOrFail(
  deps: RunAssessmentDeps,
  { id, created_at, attempt }: AssessmentRow,
  reason: string,
  lookingSince: Date,
): Promise<number | undefined> {
  const since = Math.max(created_at.getTime(), lookingSince.getTime());
  if (deps.clock().getTime() - since < COMPLIANCE_WAIT_MS) {
    await saveWaitReason(deps.db, id, `It waits: ${reason}.`);
    return LOOK_AGAIN_SECONDS;
  }
  return fail(
    deps,
    id,
    attempt,
    `${reason}, and none came within ${COMPLIANCE_WAIT_MS / 60_000} minutes. Nothing was assessed. Start a compliance server and request it again.`,
  );
}

async function fail(deps: RunAssessmentDeps, id: string, attempt: number, reason: string): Promise<undefined> {
  await settle(deps, id, attempt, 'fail', { completedAt: deps.clock(), reason });
}

async function settle(
  deps: RunAssessmentDeps,
  id: string,
  attempt: number,
  move: 'complete' | 'fail',
  change: AssessmentChange,
): Promise<void> {
  await deps.db.transaction().execute(async (tx) => {
    const row = await lockAssessment(tx, id);
    // Another attempt has taken over; what this one found out is not the answer any more.
    if (row?.attempt !== attempt) return;
    const transition = moveFrom(ASSESSMENT_MOVES, row.status, move, `Assessment ${id}`);
    if (!transition.ok) return;
    await saveAssessment(tx, id, transition.value, change);
    const failed = move === 'fail';
    const details = failed
      ? { reason: change.reason }
      : { summary: change.results?.summary, digest: change.digest, rulesVersion: change.rulesVersion };
    await deps.recordAudit(tx, {
      action: failed ? 'assessment_failed' : 'assessment_completed',
      actor: 'system',
      target: id,
      result: failed ? 'failure' : 'success',
      details,
    });
    await deps.publishEvent(tx, {
      channel: 'assessments',
      event: failed ? 'assessment.failed' : 'assessment.completed',
      data: {
        assessmentId: id,
        status: transition.value.to,
        ...(failed ? { reason: change.reason } : { summary: change.results?.summary }),
      },
    });
  });
}

async function announceProgress(
  deps: RunAssessmentDeps,
  assessmentId: string,
  progress: { progress: number; total?: number | undefined },
): Promise<void> {
  const data = { assessmentId, done: progress.progress, total: progress.total ?? null };
  await deps.db
    .transaction()
    .execute((tx) => deps.publishEvent(tx, { channel: 'assessments', event: 'assessment.progress', data }));
}
