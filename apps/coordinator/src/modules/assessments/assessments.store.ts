import type { Assessment, AssessmentStatus, RequestAssessment } from '@mcp-coordinator/contract/assessments.contract';
import type { AssessmentResults } from '@mcp-coordinator/contract/findings.contract';
import type { AssessedServer } from '@mcp-coordinator/contract/mcp.contract';
import type { Transition } from '@mcp-coordinator/core/state-machine';
import { type Selectable, sql } from 'kysely';
import { isLiveInstance } from '../../db/live-instance.ts';
import { cappedCount, decodeCursor, type PageRequest, pageOf } from '../../db/paging.ts';
import type { Db, Schema, Tx } from '../../db/schema.ts';

export type AssessmentRow = Selectable<Schema['assessments']>;

export interface NewAssessment extends Omit<RequestAssessment, 'timestamp'> {
  origin: AssessmentRow['origin'];
  requestedBy: string;
  onlyMachine?: string | undefined;
  now: Date;
}

/** Answers false when the id is taken already. */
export async function insertAssessment(tx: Tx, assessment: NewAssessment): Promise<boolean> {
  const inserted = await tx
    .insertInto('assessments')
    .values({
      id: assessment.requestId,
      status: 'pending',
      assessment_type: assessment.assessmentType,
      origin: assessment.origin,
      target_servers: JSON.stringify(assessment.targetServers),
      options: JSON.stringify(assessment.options),
      requested_by: assessment.requestedBy,
      only_machine: assessment.onlyMachine ?? null,
      created_at: assessment.now,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

export const findAssessment = (db: Db | Tx, id: string): Promise<AssessmentRow | undefined> =>
  db.selectFrom('assessments').selectAll().where('id', '=', id).executeTakeFirst();

export const lockAssessment = (tx: Tx, id: string): Promise<AssessmentRow | undefined> =>
  tx.selectFrom('assessments').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();

export interface AssessmentChange {
  startedAt?: Date;
  completedAt?: Date;
  reason?: string | null;
  snapshots?: readonly AssessedServer[];
  results?: AssessmentResults;
  rulesVersion?: string;
  digest?: string;
  attempt?: number;
  runner?: string;
}

export async function saveAssessment(
  tx: Tx,
  id: string,
  transition: Transition<AssessmentStatus>,
  change: AssessmentChange = {},
): Promise<void> {
  await tx
    .updateTable('assessments')
    .set({
      status: transition.to,
      ...(change.startedAt ? { started_at: change.startedAt } : {}),
      ...(change.completedAt ? { completed_at: change.completedAt } : {}),
      ...(change.reason === undefined ? {} : { reason: change.reason }),
      ...(change.snapshots ? { snapshots: JSON.stringify(change.snapshots) } : {}),
      ...(change.results ? { results: JSON.stringify(change.results) } : {}),
      ...(change.rulesVersion ? { rules_version: change.rulesVersion } : {}),
      ...(change.digest ? { digest: change.digest } : {}),
      ...(change.attempt === undefined ? {} : { attempt: change.attempt }),
      ...(change.runner === undefined ? {} : { runner: change.runner }),
    })
    .where('id', '=', id)
    .where('status', '=', transition.from)
    .execute();
}

/** Says what an assessment waits for; that is no move of it. */
export async function saveWaitReason(db: Db, id: string, reason: string): Promise<void> {
  await db
    .updateTable('assessments')
    .set({ reason })
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .where('reason', 'is distinct from', reason)
    .execute();
}

/** Whether the instance that runs it is still there. */
export async function isRunnerAlive(tx: Tx, id: string): Promise<boolean> {
  const row = await tx
    .selectFrom('assessments')
    .select(isLiveInstance('runner').as('alive'))
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.alive === true;
}

/** Assessments that wait, and those whose run was cut off: `running`, and their instance is not there any more. */
export const abandonedAssessments = (db: Db) =>
  db
    .selectFrom('assessments')
    .select('id')
    .where((eb) =>
      eb.or([
        eb('status', '=', 'pending'),
        eb.and([eb('status', '=', 'running'), sql<boolean>`not ${isLiveInstance('runner')}`]),
      ]),
    )
    .execute();

interface Listed extends Omit<AssessmentRow, 'snapshots' | 'results' | 'runner' | 'only_machine'> {
  summary: AssessmentResults['summary'] | null;
  decision: 'approved' | 'rejected' | null;
  decision_by: string | null;
  decision_reason: string | null;
  decision_at: Date | null;
}

const listed = (db: Db) =>
  db
    .selectFrom('assessments')
    .leftJoin('approvals', 'approvals.assessment_id', 'assessments.id')
    .select([
      'assessments.id',
      'assessments.status',
      'assessments.assessment_type',
      'assessments.origin',
      'assessments.target_servers',
      'assessments.options',
      'assessments.requested_by',
      'assessments.created_at',
      'assessments.started_at',
      'assessments.completed_at',
      'assessments.reason',
      'assessments.rules_version',
      'assessments.digest',
      'assessments.attempt',
      'approvals.decision',
      'approvals.username as decision_by',
      'approvals.reason as decision_reason',
      'approvals.created_at as decision_at',
      sql<AssessmentResults['summary'] | null>`assessments.results -> 'summary'`.as('summary'),
    ]);

export function toAssessment(row: Listed): Assessment {
  return {
    assessmentId: row.id,
    status: row.status,
    assessmentType: row.assessment_type,
    origin: row.origin,
    targetServers: row.target_servers,
    options: row.options,
    requestedBy: row.requested_by,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    completedAt: row.completed_at?.toISOString() ?? null,
    summary: row.summary,
    reason: row.reason,
    decision:
      row.decision && row.decision_by && row.decision_at
        ? {
            decision: row.decision,
            by: row.decision_by,
            reason: row.decision_reason ?? '',
            at: row.decision_at.toISOString(),
          }
        : null,
    digest: row.digest,
    hasReport: row.options.generateReport && row.summary !== null,
  };
}

export interface AssessmentFilter extends PageRequest {
  status?: AssessmentStatus | undefined;
  /** A machine key sees what it asked for. */
  requestedBy?: string | undefined;
}

export async function listAssessments(db: Db, filter: AssessmentFilter) {
  const after = decodeCursor(filter.cursor);
  if (!after.ok) return after;
  let query = listed(db);
  if (filter.status) query = query.where('assessments.status', '=', filter.status);
  if (filter.requestedBy) query = query.where('assessments.requested_by', '=', filter.requestedBy);
  const counted = await cappedCount(db, query.clearSelect().select('assessments.id'));
  if (after.value) {
    const { at, id } = after.value;
    query = query.where((eb) => eb(eb.refTuple('assessments.created_at', 'assessments.id'), '<', eb.tuple(at, id)));
  }
  const rows = await query
    .orderBy('assessments.created_at', 'desc')
    .orderBy('assessments.id', 'desc')
    .limit(filter.limit + 1)
    .offset(after.value ? 0 : (filter.offset ?? 0))
    .execute();
  return { ok: true as const, value: pageOf(rows, filter, counted, (row) => ({ at: row.created_at, id: row.id })) };
}

export async function showAssessment(
  db: Db,
  id: string,
): Promise<{ view: Assessment; results: AssessmentResults | null } | undefined> {
  const row = await listed(db).select('assessments.results').where('assessments.id', '=', id).executeTakeFirst();
  return row && { view: toAssessment(row), results: row.results };
}
