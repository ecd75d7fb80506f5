import { z } from 'zod';
import { actionTypeSchema } from './actions.contract.ts';
import {
  digestSchema,
  idSchema,
  ok,
  pageQuery,
  pageShape,
  printable,
  reasonSchema,
  storedNameSchema,
  timestampSchema,
} from './fields.ts';
import { clientIdSchema } from './inventory.contract.ts';
import { APPROVING_ROLES } from './permissions.ts';
import { prioritySchema } from './remediations.contract.ts';
import { defineRoutes } from './route.ts';

const quorumSchema = z.int().min(1).max(50);
const hours = z.int().min(1).max(8760);

/** `*` stands for any run of characters, `?` for one; letter case and width do not matter. */
const glob = printable(200);

/** Which servers a rule is about; every field that is named must fit. */
export const serverMatchSchema = z
  .strictObject({
    /** A server's name, as a glob. */
    name: glob.optional(),
    /** The client whose file the change lands in. */
    client: clientIdSchema.optional(),
    /** The installer that carries it out, as a glob. */
    installerId: glob.optional(),
  })
  .refine((match) => Object.values(match).some((value) => value !== undefined), 'names nothing');
export type ServerMatch = z.infer<typeof serverMatchSchema>;

/**
 * Who has to approve what is covered: `count` people among those named and those of these roles; without `count` as many as
 * the quorum, so that nobody else's approval counts. A field that is left out covers everything. Every rule that covers an
 * action of a proposal has to be met.
 */
export const approverRuleSchema = z
  .strictObject({
    actionTypes: z.array(actionTypeSchema).min(1).max(20).optional(),
    servers: z.array(serverMatchSchema).min(1).max(100).optional(),
    priorities: z.array(prioritySchema).min(1).max(4).optional(),
    roles: z.array(z.enum(APPROVING_ROLES)).max(APPROVING_ROLES.length).default([]),
    people: z.array(storedNameSchema).max(200).default([]),
    count: quorumSchema.optional(),
  })
  .refine((rule) => rule.roles.length + rule.people.length > 0, 'names nobody');
export type ApproverRule = z.infer<typeof approverRuleSchema>;

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/;
const ZONE = /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Begins on each of these days; one that ends at or before the time it begins ends on the next day. */
export const changeWindowSchema = z
  .strictObject({
    days: z.array(z.enum(DAYS)).min(1).max(7),
    from: z.string().regex(TIME_OF_DAY, 'must be HH:MM'),
    /** `24:00` is midnight at the end of the day. */
    to: z.union([z.string().regex(TIME_OF_DAY, 'must be HH:MM'), z.literal('24:00')]),
    /** An IANA name, such as `Europe/Berlin`. */
    timeZone: z
      .string()
      .regex(ZONE, 'must be an IANA time zone')
      .refine(isTimeZone, 'is no time zone that is known here'),
  })
  .refine((window) => window.from !== window.to, 'is empty');
export type ChangeWindow = z.infer<typeof changeWindowSchema>;

/** The whole policy, stored version by version. The environment only seeds the first (CONTRACT §4 "Approve"). */
export const approvalPolicySchema = z
  .strictObject({
    /** Different people who must approve. */
    quorum: quorumSchema,
    /** More of them by priority and by server: of all that fit, the highest counts, never less than `quorum`. */
    quorumByPriority: z.strictObject({
      low: quorumSchema.optional(),
      medium: quorumSchema.optional(),
      high: quorumSchema.optional(),
      critical: quorumSchema.optional(),
    }),
    quorumByServer: z.array(z.strictObject({ server: serverMatchSchema, quorum: quorumSchema })).max(200),
    /** Who proposed a change may not approve it; neither may who was made or promoted by them within a day. */
    secondPerson: z.boolean(),
    approvers: z.array(approverRuleSchema).max(200),
    maximumAges: z.strictObject({
      /** Of a proposal that nobody decided. */
      proposalHours: hours,
      /** Of an approval that nobody ran. */
      approvalHours: hours,
      /** Of an approval token. */
      tokenMinutes: z.int().min(1).max(1440),
    }),
    /** Executions start inside one of these; at any time when there are none. */
    changeWindows: z.array(changeWindowSchema).max(50),
    /** Approvals are given inside them too. */
    approveInsideWindows: z.boolean(),
    /** What takes a second factor. Break-glass always does, and no policy can say otherwise. */
    mfa: z.strictObject({ approve: z.boolean(), execute: z.boolean(), manageUsers: z.boolean() }),
    /** Approvals of proposals are signed with a passkey: of all of them, or of those about one of these servers. */
    passkeys: z.strictObject({ always: z.boolean(), servers: z.array(serverMatchSchema).max(200) }),
    /** Admins may approve alone in an emergency, with a second factor, an alert, and a review afterwards. */
    breakGlass: z.boolean(),
  })
  .meta({ id: 'ApprovalPolicy' });
export type ApprovalPolicyDocument = z.infer<typeof approvalPolicySchema>;

const storedPolicySchema = z
  .object({ ...approvalPolicySchema.shape, version: z.int(), since: timestampSchema })
  .meta({ id: 'StoredApprovalPolicy' });

export const POLICY_CHANGE_STATUSES = ['pending', 'applied', 'rejected', 'expired', 'superseded'] as const;
export const policyChangeStatusSchema = z.enum(POLICY_CHANGE_STATUSES);
export type PolicyChangeStatus = z.infer<typeof policyChangeStatusSchema>;

/** One place that differs, as an RFC 6901 pointer into the policy; null stands for what is not there. */
export const policyDifferenceSchema = z.object({ path: z.string(), before: z.json(), after: z.json() });
export type PolicyDifference = z.infer<typeof policyDifferenceSchema>;

export const policyChangeSchema = z
  .object({
    policyChangeId: z.string(),
    status: policyChangeStatusSchema,
    /** The version it changes, and the one it became. */
    baseVersion: z.int(),
    version: z.int().nullable(),
    policy: approvalPolicySchema,
    differences: z.array(policyDifferenceSchema),
    digest: digestSchema,
    reason: z.string(),
    proposedBy: z.string(),
    createdAt: timestampSchema,
    expiresAt: timestampSchema.nullable(),
    decidedBy: z.string().nullable(),
    decidedAt: timestampSchema.nullable(),
  })
  .meta({ id: 'PolicyChange' });
export type PolicyChange = z.infer<typeof policyChangeSchema>;

const tag = 'policies';
export const policyRoutes = defineRoutes({
  showApprovalPolicy: {
    method: 'GET',
    path: '/policies/approval',
    summary: 'Show the approval policy in force',
    tag,
    access: ['view_results', 'manage_policy'],
    responses: { 200: ok({ policy: storedPolicySchema }) },
    refusals: [],
  },
  changeApprovalPolicy: {
    method: 'PUT',
    path: '/policies/approval',
    summary: 'Change the approval policy; waits for another admin where second persons are required',
    tag,
    access: ['manage_policy'],
    people: true,
    body: z.strictObject({
      policy: approvalPolicySchema,
      reason: reasonSchema,
      /** The version that was changed; another one in force is `policy_changed`. */
      baseVersion: z.int().min(1).optional(),
    }),
    responses: {
      /** In force. */
      200: ok({ change: policyChangeSchema }),
      /** Waits for another admin: `POST /approvals` with its `policyChangeId`. */
      202: ok({ change: policyChangeSchema }),
    },
    refusals: ['policy_changed', 'idempotency_conflict'],
    idempotent: true,
  },
  listPolicyChanges: {
    method: 'GET',
    path: '/policies/approval/changes',
    summary: 'List changes of the approval policy, newest first',
    tag,
    access: ['view_results', 'manage_policy'],
    people: true,
    query: z.strictObject({ ...pageQuery(50), status: policyChangeStatusSchema.optional() }),
    responses: { 200: ok({ changes: z.array(policyChangeSchema), ...pageShape }) },
    refusals: [],
  },
  showPolicyChange: {
    method: 'GET',
    path: '/policies/approval/changes/:id',
    summary: 'Show a change of the approval policy',
    tag,
    access: ['view_results', 'manage_policy'],
    people: true,
    params: z.strictObject({ id: idSchema }),
    responses: { 200: ok({ change: policyChangeSchema }) },
    refusals: ['not_found'],
  },
});
