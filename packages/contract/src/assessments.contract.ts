import { z } from 'zod';
import { digestSchema, idSchema, ok, pageQuery, pageShape, serverKeySchema, timestampSchema } from './fields.ts';
import { assessmentResultsSchema } from './findings.contract.ts';
import { defineRoutes } from './route.ts';

export const ASSESSMENT_STATUSES = ['pending', 'running', 'completed', 'failed', 'approved', 'rejected'] as const;
export const assessmentStatusSchema = z.enum(ASSESSMENT_STATUSES);
export type AssessmentStatus = z.infer<typeof assessmentStatusSchema>;

export const REPORT_FORMATS = ['html', 'json', 'sarif', 'csv', 'pdf'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

const optionsSchema = z.strictObject({
  includeDetails: z.boolean().default(false),
  generateReport: z.boolean().default(false),
  /** Accepted as a field because the source has it; `true` is refused. */
  autoApprove: z.boolean().default(false),
});

export const requestAssessmentSchema = z.strictObject({
  requestId: idSchema,
  assessmentType: z.enum(['compliance', 'security', 'configuration']),
  options: optionsSchema.prefault({}),
  /** Names or keys; empty or absent means every server of every installer. */
  targetServers: z.array(serverKeySchema).max(1000).default([]),
  /** The caller's own clock; recorded, no part of the request for idempotency. */
  timestamp: timestampSchema.optional(),
});
export type RequestAssessment = z.infer<typeof requestAssessmentSchema>;

export const assessmentSchema = z.object({
  assessmentId: z.string(),
  status: assessmentStatusSchema,
  assessmentType: z.string(),
  /** `static` ones judge what a proposal without an assessment wants to do. */
  origin: z.enum(['request', 'proposal', 'reassessment']),
  targetServers: z.array(z.string()),
  options: z.object({ includeDetails: z.boolean(), generateReport: z.boolean(), autoApprove: z.boolean() }),
  requestedBy: z.string(),
  createdAt: timestampSchema,
  startedAt: timestampSchema.nullable(),
  completedAt: timestampSchema.nullable(),
  summary: assessmentResultsSchema.shape.summary.nullable(),
  /** Why it failed, or what it waits for. */
  reason: z.string().nullable(),
  decision: z
    .object({ decision: z.enum(['approved', 'rejected']), by: z.string(), reason: z.string(), at: timestampSchema })
    .nullable(),
  digest: digestSchema.nullable(),
  hasReport: z.boolean(),
});
export type Assessment = z.infer<typeof assessmentSchema>;

const params = z.strictObject({ id: idSchema });
const tag = 'assessments';

export const assessmentRoutes = defineRoutes({
  requestAssessment: {
    method: 'POST',
    path: '/assessments',
    summary: 'Request an assessment of MCP servers',
    tag,
    access: ['request_assessment'],
    body: requestAssessmentSchema,
    responses: {
      202: ok({
        assessmentId: z.string(),
        status: z.literal('pending'),
        requiresApproval: z.literal(true),
        autoExecuted: z.literal(false),
      }),
    },
    refusals: ['auto_approve_not_allowed', 'idempotency_conflict', 'ambiguous_server'],
    idempotent: true,
  },
  listAssessments: {
    method: 'GET',
    path: '/assessments',
    summary: 'List assessments, newest first',
    tag,
    access: ['view_results'],
    query: z.strictObject({ ...pageQuery(50), status: assessmentStatusSchema.optional() }),
    responses: { 200: ok({ assessments: z.array(assessmentSchema), ...pageShape }) },
    refusals: [],
  },
  showAssessment: {
    method: 'GET',
    path: '/assessments/:id',
    summary: 'Show an assessment with its results',
    tag,
    access: ['view_results'],
    params,
    responses: { 200: ok({ ...assessmentSchema.shape, results: assessmentResultsSchema.nullable() }) },
    refusals: ['not_found'],
  },
  exportAssessmentReport: {
    method: 'GET',
    path: '/assessments/:id/report',
    summary: 'Export the report of an assessment that asked for one',
    tag,
    access: ['view_results'],
    params,
    query: z.strictObject({ format: z.enum(REPORT_FORMATS).default('html') }),
    responses: { 200: 'file' },
    refusals: ['not_found', 'invalid_transition'],
  },
});
