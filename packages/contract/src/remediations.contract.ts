import { z } from 'zod';
import { actionPlanSchema, actionSchema, ruleSchema } from './actions.contract.ts';
import { approvalStateSchema } from './approvals.contract.ts';
import { machineDemandSchema } from './consent.contract.ts';
import { digestSchema, idSchema, labelSchema, ok, pageQuery, pageShape, printable, timestampSchema } from './fields.ts';
import { clientIdSchema } from './inventory.contract.ts';
import type { RefusalCode } from './refusals.ts';
import { defineRoutes } from './route.ts';

export const PROPOSAL_STATUSES = [
  'pending',
  'approved',
  'rejected',
  'expired',
  'superseded',
  'executing',
  'executed',
  'rolled_back',
  'failed',
  'cancelled',
] as const;
export const proposalStatusSchema = z.enum(PROPOSAL_STATUSES);
export type ProposalStatus = z.infer<typeof proposalStatusSchema>;

export const PRIORITIES = ['low', 'medium', 'high', 'critical'] as const;
export const prioritySchema = z.enum(PRIORITIES);
export type Priority = z.infer<typeof prioritySchema>;

const issueCode = z.string().regex(/^[a-z0-9_]{1,100}$/);

/** Machines, by what they have in common; each part narrows it further. */
const machineGroupSchema = z
  .strictObject({
    /** By name; the first waves take them in this order. */
    installers: z.array(idSchema).min(1).max(500).optional(),
    /** With this label. */
    label: labelSchema.optional(),
    /** With a configuration file of this client. */
    client: clientIdSchema.optional(),
    /** With a server that has a finding of this rule in the proposal's assessment; only there is something done. */
    finding: ruleSchema.optional(),
  })
  .refine((group) => Object.values(group).some((part) => part !== undefined), 'must name at least one thing');

const waveSchema = z.union([
  z.strictObject({ machines: z.int().min(1).max(500) }),
  z.strictObject({ percent: z.number().gt(0).max(100) }),
]);

const wavesSchema = z.array(waveSchema).max(10);
const failureRatioSchema = z.number().min(0).max(1);

/** The same change on a group of machines, a few at a time. */
const rolloutRequestSchema = z.strictObject({
  group: machineGroupSchema,
  /** Sizes of the first waves; whatever is left is one more. */
  waves: wavesSchema.default([{ machines: 1 }, { percent: 10 }]),
  /** Stops when more than this share of a wave's machines has failed. */
  failureRatio: failureRatioSchema.default(0.1),
});
export type RolloutRequest = z.infer<typeof rolloutRequestSchema>;

/** As it was approved: it is part of what the digest stands for. */
export const rolloutSchema = z
  .object({
    group: machineGroupSchema,
    waves: wavesSchema,
    failureRatio: failureRatioSchema,
    /** In the order of their turns. */
    machines: z.array(z.string()),
  })
  .meta({ id: 'Rollout' });
export type Rollout = z.infer<typeof rolloutSchema>;

/** A machine of the group on which nothing will be done, and why. */
const leftOutSchema = z.object({ installerId: z.string(), reason: z.string() });
export type LeftOut = z.infer<typeof leftOutSchema>;

export const proposeRemediationSchema = z.strictObject({
  assessmentId: idSchema.optional(),
  issues: z.array(issueCode).max(200).default([]),
  priority: prioritySchema,
  autoApprove: z.boolean().default(false),
  proposedActions: z.array(actionSchema).min(1).max(100),
  /** The undecided proposal of the same person that this one replaces. */
  supersedes: idSchema.optional(),
  title: printable(200).optional(),
  /** Its actions name no target then: each stands for one on every machine of the group. */
  rollout: rolloutRequestSchema.optional(),
});
export type ProposeRemediation = z.infer<typeof proposeRemediationSchema>;

export const LEVELS = ['low', 'medium', 'high'] as const;
const levelSchema = z.object({ level: z.enum(LEVELS), figure: z.string() });
export const riskSchema = z
  .object({
    impact: levelSchema,
    effort: levelSchema,
    successRate: z.object({ level: z.enum([...LEVELS, 'unknown']), figure: z.string() }),
  })
  .meta({ id: 'Risk' });
export type Risk = z.infer<typeof riskSchema>;

export const previewSchema = z.object({
  takenAt: timestampSchema,
  durationMs: z.number(),
  plans: z.array(actionPlanSchema),
});
export type Preview = z.infer<typeof previewSchema>;

export const voteSchema = z
  .object({
    approvalId: z.string(),
    username: z.string(),
    decision: z.enum(['approved', 'rejected']),
    reason: z.string(),
    at: timestampSchema,
    selfApproved: z.boolean(),
    breakGlass: z.boolean(),
    /** With a passkey, over this very digest. */
    signed: z.boolean(),
  })
  .meta({ id: 'Vote' });
export type Vote = z.infer<typeof voteSchema>;

/** A line of the list: everything but actions, preview and votes. */
export const proposalSummarySchema = z
  .object({
    proposalId: z.string(),
    assessmentId: z.string(),
    status: proposalStatusSchema,
    title: z.string(),
    priority: prioritySchema,
    issues: z.array(z.string()),
    proposedBy: z.string(),
    createdAt: timestampSchema,
    expiresAt: timestampSchema.nullable(),
    digest: digestSchema,
    risk: riskSchema,
    /** People who must still approve, at least. */
    approvalsNeeded: z.int(),
    /** Approved alone in an emergency, past the rules. */
    breakGlass: z.boolean(),
    executionId: z.string().nullable(),
    supersedes: z.string().nullable(),
    /** Why it is where it is: which file changed, who rejected it. */
    reason: z.string().nullable(),
  })
  .meta({ id: 'ProposalSummary' });
export type ProposalSummary = z.infer<typeof proposalSummarySchema>;

export const proposalSchema = proposalSummarySchema
  .extend({
    /** As they will run, with every value masked. */
    proposedActions: z.array(actionSchema),
    preview: previewSchema,
    votes: z.array(voteSchema),
    /** Null once it was rejected, has ended or runs. */
    approval: approvalStateSchema.nullable(),
    /** Machines it would change that verify the approvals by themselves. */
    verifiedBy: z.array(machineDemandSchema),
    /** The rules it was proposed under; those in force apply as well. */
    policy: z.object({ version: z.int(), quorum: z.int(), secondPerson: z.boolean() }),
    /** Null for a change that is no rollout. */
    rollout: rolloutSchema.nullable(),
  })
  .meta({ id: 'Proposal' });
export type Proposal = z.infer<typeof proposalSchema>;

const proposed = ok({
  proposalId: z.string(),
  status: z.literal('pending'),
  requiresApproval: z.literal(true),
  autoExecuted: z.literal(false),
});
const proposalRefusals = [
  'auto_approve_not_allowed',
  'not_found',
  'invalid_transition',
  'ambiguous_server',
  'target_required',
  'action_refused',
  'idempotency_conflict',
  'server_unreachable',
  'forbidden',
  'key_bound_elsewhere',
] as const satisfies readonly RefusalCode[];
const params = z.strictObject({ id: idSchema });
const tag = 'remediations';

export const remediationRoutes = defineRoutes({
  proposeRemediation: {
    method: 'POST',
    path: '/remediations/propose',
    summary: 'Propose a change; answers when its dry run is done',
    tag,
    access: ['propose_remediation'],
    body: proposeRemediationSchema,
    responses: { 201: proposed.extend({ leftOut: z.array(leftOutSchema).optional() }) },
    refusals: proposalRefusals,
    idempotent: true,
  },
  generateRemediation: {
    method: 'POST',
    path: '/remediations/generate',
    summary: 'Let the compliance server propose the actions that mend an assessment’s findings',
    tag,
    access: ['propose_remediation'],
    body: z.strictObject({
      assessmentId: idSchema,
      issues: z.array(issueCode).max(200).optional(),
      priority: prioritySchema.optional(),
    }),
    responses: {
      201: ok({
        ...proposed.omit({ success: true }).shape,
        unresolved: z.array(z.object({ server: z.string(), issue: z.string(), reason: z.string() })),
      }),
    },
    refusals: proposalRefusals,
    idempotent: true,
  },
  listRemediations: {
    method: 'GET',
    path: '/remediations',
    summary: 'List proposals, newest first',
    tag,
    access: ['view_results'],
    query: z.strictObject({ ...pageQuery(50), status: proposalStatusSchema.optional() }),
    responses: { 200: ok({ remediations: z.array(proposalSummarySchema), ...pageShape }) },
    refusals: [],
  },
  showRemediation: {
    method: 'GET',
    path: '/remediations/:id',
    summary: 'Show a proposal: what it changes, why, how bad, how to undo it',
    tag,
    access: ['view_results'],
    params,
    responses: { 200: ok(proposalSchema.shape) },
    refusals: ['not_found'],
  },
});
