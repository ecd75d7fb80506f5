import { z } from 'zod';
import { digestSchema, idSchema, ok, pageQuery, pageShape, reasonSchema, timestampSchema } from './fields.ts';
import { APPROVING_ROLES } from './permissions.ts';
import { defineRoutes } from './route.ts';

export const decisionSchema = z.enum(['approved', 'rejected']);
export type Decision = z.infer<typeof decisionSchema>;

/** Characters a reason has at least where the rules are set aside. */
export const BREAK_GLASS_REASON_MIN = 20;

/** What a person can decide, by its id: one of these. */
export const subjectFields = {
  proposalId: idSchema.optional(),
  assessmentId: idSchema.optional(),
  policyChangeId: idSchema.optional(),
  /** The `approvalId` of a break-glass approval, which a second person reviews afterwards. */
  reviewOf: idSchema.optional(),
};
export type SubjectIds = { readonly [Name in keyof typeof subjectFields]?: string | undefined };
export const subjectCount = ({ proposalId, assessmentId, policyChangeId, reviewOf }: SubjectIds): number =>
  [proposalId, assessmentId, policyChangeId, reviewOf].filter((id) => id !== undefined).length;
export const ONE_SUBJECT = 'names one subject, not several';

export const decideApprovalSchema = z
  .strictObject({
    approvalId: idSchema,
    /** Exactly one of these four is decided. */
    ...subjectFields,
    decision: decisionSchema,
    reason: reasonSchema,
    /** Required to approve, never to reject. */
    approvalToken: z.string().min(1).max(512).optional(),
    /** The digest of what the person saw; another one is `proposal_changed`. */
    proposalDigest: digestSchema.optional(),
    /** Approves alone, past quorum, approvers and windows, where the policy allows it in an emergency. */
    breakGlass: z.boolean().optional(),
  })
  .refine((body) => subjectCount(body) === 1, 'names a proposal, an assessment, a policy change or a review')
  .refine((body) => !body.breakGlass || (body.proposalId !== undefined && body.decision === 'approved'), {
    path: ['breakGlass'],
    error: 'is for approving a proposal',
  })
  .refine((body) => !body.breakGlass || body.reason.length >= BREAK_GLASS_REASON_MIN, {
    path: ['reason'],
    error: `must say in ${BREAK_GLASS_REASON_MIN} characters or more why the rules are set aside`,
  });
export type DecideApproval = z.infer<typeof decideApprovalSchema>;

/** How far the approvals of a proposal have come, under the rules that apply to it. */
export const approvalStateSchema = z
  .object({
    /** People in all, at least. */
    needed: z.int(),
    /** People whose approval counts. */
    have: z.int(),
    /** What is still asked for; one person can be part of several. Nothing is missing when it is empty. */
    missing: z.array(
      z.object({
        count: z.int(),
        of: z.union([
          z.literal('any approver'),
          z.object({ people: z.array(z.string()), roles: z.array(z.enum(APPROVING_ROLES)) }),
        ]),
        /** Signed with a passkey. */
        passkey: z.boolean(),
        /** The installer that verifies it by itself; null where it is the policy that asks. */
        installerId: z.string().nullable(),
      }),
    ),
    /** The same in words, and why an approval does not count. */
    reasons: z.array(z.string()),
  })
  .meta({ id: 'ApprovalState' });
export type ApprovalState = z.infer<typeof approvalStateSchema>;

export const REVIEW_STATES = ['pending', ...decisionSchema.options] as const;
export const reviewStateSchema = z.enum(REVIEW_STATES);
export type ReviewState = z.infer<typeof reviewStateSchema>;

export const approvalSchema = z
  .object({
    approvalId: z.string(),
    proposalId: z.string().nullable(),
    assessmentId: z.string().nullable(),
    policyChangeId: z.string().nullable(),
    reviewOf: z.string().nullable(),
    decision: decisionSchema,
    reason: z.string(),
    username: z.string(),
    digest: digestSchema,
    selfApproved: z.boolean(),
    breakGlass: z.boolean(),
    /** Of a break-glass approval: whether a second person has looked at it since, and found it right. */
    review: reviewStateSchema.nullable(),
    createdAt: timestampSchema,
  })
  .meta({ id: 'Approval' });
export type Approval = z.infer<typeof approvalSchema>;

export const approvalRoutes = defineRoutes({
  decideApproval: {
    method: 'POST',
    path: '/approvals',
    summary: 'Approve or reject a proposal, the results of an assessment, or a policy change; review a break-glass',
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
      'forbidden',
      'second_factor_missing',
      'passkey_signature_missing',
      'self_approval',
      'not_entitled',
      'outside_change_window',
      'policy_changed',
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
    query: z.strictObject({
      ...pageQuery(50),
      status: decisionSchema.optional(),
      review: reviewStateSchema.optional(),
    }),
    responses: { 200: ok({ approvals: z.array(approvalSchema), ...pageShape }) },
    refusals: [],
  },
});
