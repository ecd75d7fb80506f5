import { z } from 'zod';
import { digestSchema, idSchema, ok, pageQuery, pageShape, reasonSchema, timestampSchema } from './fields.ts';
import { defineRoutes } from './route.ts';

export const decisionSchema = z.enum(['approved', 'rejected']);
export type Decision = z.infer<typeof decisionSchema>;

export const decideApprovalSchema = z
  .strictObject({
    approvalId: idSchema,
    proposalId: idSchema.optional(),
    assessmentId: idSchema.optional(),
    decision: decisionSchema,
    reason: reasonSchema,
    /** Required to approve, never to reject. */
    approvalToken: z.string().min(1).max(512).optional(),
    /** The digest of what the person saw; another one is `proposal_changed`. */
    proposalDigest: digestSchema.optional(),
  })
  .refine(
    (body) => (body.proposalId === undefined) !== (body.assessmentId === undefined),
    'names a proposal or an assessment',
  );
export type DecideApproval = z.infer<typeof decideApprovalSchema>;

export const approvalSchema = z
  .object({
    approvalId: z.string(),
    proposalId: z.string().nullable(),
    assessmentId: z.string().nullable(),
    decision: decisionSchema,
    reason: z.string(),
    username: z.string(),
    digest: digestSchema,
    selfApproved: z.boolean(),
    createdAt: timestampSchema,
  })
  .meta({ id: 'Approval' });
export type Approval = z.infer<typeof approvalSchema>;

export const approvalRoutes = defineRoutes({
  decideApproval: {
    method: 'POST',
    path: '/approvals',
    summary: 'Approve or reject a proposal, or the results of an assessment',
    tag: 'approvals',
    access: ['approve_remediation'],
    people: true,
    body: decideApprovalSchema,
    responses: {
      200: ok({
        approvalId: z.string(),
        decision: decisionSchema,
        /** Null until the quorum is met, and for assessments. */
        executionId: z.string().nullable(),
        approvalsNeeded: z.int(),
      }),
    },
    refusals: [
      'not_found',
      'self_approval',
      'proposal_changed',
      'already_decided',
      'invalid_transition',
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
  listApprovals: {
    method: 'GET',
    path: '/approvals',
    summary: 'List decisions, newest first',
    tag: 'approvals',
    access: ['view_results'],
    people: true,
    query: z.strictObject({ ...pageQuery(50), status: decisionSchema.optional() }),
    responses: { 200: ok({ approvals: z.array(approvalSchema), ...pageShape }) },
    refusals: [],
  },
  showApprovalPolicy: {
    method: 'GET',
    path: '/policies/approval',
    summary: 'Show the approval policy',
    tag: 'approvals',
    access: ['view_results', 'manage_policy'],
    responses: {
      200: ok({
        policy: z.object({
          version: z.int(),
          quorum: z.int(),
          quorumCritical: z.int(),
          secondPerson: z.boolean(),
          since: timestampSchema,
        }),
      }),
    },
    refusals: [],
  },
});
