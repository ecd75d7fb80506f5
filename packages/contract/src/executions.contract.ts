import { z } from 'zod';
import { actionPlanSchema, actionTypeSchema } from './actions.contract.ts';
import { idSchema, ok, pageQuery, pageShape, reasonSchema, timestampSchema } from './fields.ts';
import { defineRoutes } from './route.ts';

export const EXECUTION_STATUSES = [
  'pending',
  'running',
  'completed',
  'failed',
  'cancelled',
  'rolling_back',
  'rolled_back',
] as const;
export const executionStatusSchema = z.enum(EXECUTION_STATUSES);
export type ExecutionStatus = z.infer<typeof executionStatusSchema>;

export const STEP_STATUSES = [
  'pending',
  'running',
  'completed',
  'failed',
  'undoing',
  'undone',
  'undo_failed',
  'skipped',
] as const;
export const stepStatusSchema = z.enum(STEP_STATUSES);
export type StepStatus = z.infer<typeof stepStatusSchema>;

export const executeRemediationSchema = z.strictObject({
  proposalId: idSchema,
  /** Redeemed by the start; a dry run needs none and redeems none. */
  approvalToken: z.string().min(1).max(512).optional(),
  dryRun: z.boolean().default(false),
  rollbackOnFailure: z.boolean().default(true),
  parallelExecution: z.boolean().default(false),
});
export type ExecuteRemediation = z.infer<typeof executeRemediationSchema>;

export const executionStepSchema = z
  .object({
    id: z.string(),
    type: actionTypeSchema,
    serverName: z.string(),
    status: stepStatusSchema,
    startedAt: timestampSchema.nullable(),
    finishedAt: timestampSchema.nullable(),
    error: z.string().optional(),
    diff: z.string(),
    log: z.array(z.string()),
  })
  .meta({ id: 'ExecutionStep' });
export type ExecutionStep = z.infer<typeof executionStepSchema>;

export const executionSchema = z
  .object({
    executionId: z.string(),
    proposalId: z.string(),
    status: executionStatusSchema,
    /** 0–100. */
    progress: z.int(),
    /** `installing_postgres`, or null when nothing is under way. */
    currentAction: z.string().nullable(),
    startTime: timestampSchema.nullable(),
    finishedAt: timestampSchema.nullable(),
    estimatedCompletion: timestampSchema.nullable(),
    startedBy: z.string().nullable(),
    rollbackOnFailure: z.boolean(),
    parallelExecution: z.boolean(),
    /** Its approval was given alone in an emergency, past the rules. */
    breakGlass: z.boolean(),
    results: z.object({ completed: z.int(), total: z.int(), successful: z.int(), failed: z.int() }),
    /** Why it did not complete, in words. */
    error: z.string().nullable(),
    /** The assessment of the affected servers afterwards. */
    reassessmentId: z.string().nullable(),
  })
  .meta({ id: 'Execution' });
export type Execution = z.infer<typeof executionSchema>;

export const ROLLOUT_MACHINE_STATUSES = [
  'pending',
  'under_way',
  'done',
  'failed',
  'undone',
  /** Passed over; it is looked at again while the approval lives. */
  'away',
  'changed',
  'skipped',
] as const;
export const rolloutMachineStatusSchema = z.enum(ROLLOUT_MACHINE_STATUSES);
export type RolloutMachineStatus = z.infer<typeof rolloutMachineStatusSchema>;

/** How a change of several machines goes, by machine. */
export const rolloutProgressSchema = z
  .object({
    waves: z.int(),
    /** The wave that is under way, from 1; null when all had their turn. */
    wave: z.int().nullable(),
    /** Too many of a wave have failed: no other machine is begun. */
    stopped: z.boolean(),
    /** When machines that were passed over are given up; null before the start. */
    resumableUntil: timestampSchema.nullable(),
    machines: z.array(
      z.object({
        installerId: z.string(),
        wave: z.int(),
        status: rolloutMachineStatusSchema,
        /** Of its first action that failed. */
        error: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'RolloutProgress' });
export type RolloutProgress = z.infer<typeof rolloutProgressSchema>;

const started = ok({
  executionId: z.string(),
  proposalId: z.string(),
  status: executionStatusSchema,
  dryRun: z.literal(false),
});
const params = z.strictObject({ id: idSchema });
const stop = {
  tag: 'executions',
  access: ['execute_remediation'],
  people: true,
  params,
  body: z.strictObject({ reason: reasonSchema }),
  responses: { 202: ok({ executionId: z.string(), status: executionStatusSchema }) },
  refusals: ['not_found', 'invalid_transition'],
} as const;

export const executionRoutes = defineRoutes({
  executeRemediation: {
    method: 'POST',
    path: '/remediations/execute',
    summary: 'Run an approved proposal, or see with `dryRun` that it still would do the same',
    tag: 'executions',
    access: ['execute_remediation'],
    people: true,
    body: executeRemediationSchema,
    responses: {
      200: ok({
        proposalId: z.string(),
        dryRun: z.literal(true),
        current: z.boolean(),
        plans: z.array(actionPlanSchema),
      }),
      202: started,
    },
    refusals: [
      'not_found',
      'invalid_transition',
      'preview_stale',
      'approvals_missing',
      'second_factor_missing',
      'outside_change_window',
      'self_approval',
      'server_unreachable',
      'idempotency_conflict',
      'approval_token_required',
      'approval_token_unknown',
      'approval_token_expired',
      'approval_token_foreign',
      'approval_token_revoked',
      'approval_token_bound',
      'approval_token_used',
    ],
    idempotent: true,
  },
  listExecutions: {
    method: 'GET',
    path: '/executions',
    summary: 'List executions, newest first',
    tag: 'executions',
    access: ['view_results'],
    query: z.strictObject({ ...pageQuery(50), status: executionStatusSchema.optional() }),
    responses: { 200: ok({ executions: z.array(executionSchema), ...pageShape }) },
    refusals: [],
  },
  showExecution: {
    method: 'GET',
    path: '/remediations/execution/:id',
    summary: 'Show an execution as it goes',
    tag: 'executions',
    access: ['view_results'],
    params,
    responses: {
      200: ok({
        ...executionSchema.shape,
        actions: z.array(executionStepSchema),
        /** Null for a change of a single place. */
        rollout: rolloutProgressSchema.nullable(),
      }),
    },
    refusals: ['not_found'],
  },
  cancelExecution: {
    method: 'POST',
    path: '/remediations/execution/:id/cancel',
    summary: 'Stop before the next action and undo what is done',
    ...stop,
  },
  rollbackExecution: {
    method: 'POST',
    path: '/remediations/execution/:id/rollback',
    summary: 'Undo a completed execution while its snapshots are kept',
    ...stop,
  },
});
