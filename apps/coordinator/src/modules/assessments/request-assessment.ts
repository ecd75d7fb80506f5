import type { RequestAssessment } from '@mcp-coordinator/contract/assessments.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { resolveTargets } from '@mcp-coordinator/core/assessments/server-keys';
import { canonicalJson } from '@mcp-coordinator/core/digests/canonical-json';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { WakeUp } from '../../jobs/job-queue.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import type { ServersModule } from '../servers/servers.module.ts';
import { type AssessmentRow, findAssessment, insertAssessment } from './assessments.store.ts';
import { seenServers } from './seen-servers.ts';

export interface RequestAssessmentDeps {
  db: Db;
  clock: Clock;
  servers: Pick<ServersModule, 'inventories'>;
  wakeUp: WakeUp;
  recordAudit: RecordAudit;
  publishEvent: PublishEvent;
}
export interface Asker {
  actor: string;
  requestId?: string;
  /** The machine that a key asks for: it sees its own servers and no others. */
  onlyMachine?: string | undefined;
  origin: AssessmentRow['origin'];
}

type No = Refusal<'auto_approve_not_allowed' | 'idempotency_conflict' | 'ambiguous_server'>;

/** Accepts an assessment to be made; the same request again is the same assessment. */
export async function requestAssessment(
  deps: RequestAssessmentDeps,
  request: RequestAssessment,
  asker: Asker,
): Promise<Result<string, No>> {
  if (request.options.autoApprove) {
    return deny(
      refuse(
        'auto_approve_not_allowed',
        'Nothing approves itself: a person decides. Nothing was requested. Leave autoApprove out, or set it to false.',
      ),
    );
  }
  const targets = resolveTargets(await seenServers(deps, asker.onlyMachine), request.targetServers);
  if (!targets.ok) return targets;
  return transact(deps.db, async (tx) => {
    const assessment = {
      ...request,
      origin: asker.origin,
      requestedBy: asker.actor,
      onlyMachine: asker.onlyMachine,
      now: deps.clock(),
    };
    if (!(await insertAssessment(tx, assessment)))
      return sameAgain(await findAssessment(tx, request.requestId), request, asker);
    const { requestId: id, assessmentType, targetServers, options } = request;
    await deps.wakeUp(tx, 'assessment', id);
    await deps.recordAudit(tx, {
      action: 'assessment_requested',
      actor: asker.actor,
      target: id,
      details: { requestId: id, assessmentType, targetServers, options, origin: asker.origin },
      requestId: asker.requestId ?? null,
    });
    await deps.publishEvent(tx, {
      channel: 'assessments',
      event: 'assessment.requested',
      data: { assessmentId: id, status: 'pending' },
    });
    return accept(id);
  });
}

/** What makes two requests the same: everything but the caller's own clock. */
const essence = (type: string, targets: readonly string[], options: object): string =>
  canonicalJson([type, targets, options]);

function sameAgain(
  present: AssessmentRow | undefined,
  request: RequestAssessment,
  asker: Asker,
): Result<string, Refusal<'idempotency_conflict'>> {
  const same =
    present?.requested_by === asker.actor &&
    essence(present.assessment_type, present.target_servers, present.options) ===
      essence(request.assessmentType, request.targetServers, request.options);
  if (same) return accept(request.requestId);
  return deny(
    refuse(
      'idempotency_conflict',
      'This requestId was used for another request. Nothing was changed. Choose a new requestId.',
    ),
  );
}
