import { z } from 'zod';
import { ONE_SUBJECT, subjectCount, subjectFields } from './approvals.contract.ts';
import {
  digestSchema,
  idSchema,
  ok,
  pageQuery,
  pageShape,
  printable,
  reasonSchema,
  timestampSchema,
} from './fields.ts';
import { permissionSchema, roleSchema } from './permissions.ts';
import { defineRoutes } from './route.ts';
import {
  atMostOneFactor,
  ONE_FACTOR,
  STEP_UP_REFUSALS,
  signInFactorFields,
  stepUpFields,
} from './second-factors.contract.ts';
import { serverKindSchema } from './servers.contract.ts';

/** Names after NFKC and lower-casing, as the server stores them; none of the names that the audit log uses for itself. */
export const RESERVED_USERNAMES = ['system', 'anonymous'] as const;
export const usernameSchema = z
  .string()
  .max(256)
  .transform((name) => name.normalize('NFKC').toLowerCase())
  .pipe(z.string().regex(/^[a-z0-9._-]{3,64}$/, 'must be 3–64 of a–z 0–9 . _ -'))
  .refine((name) => !(RESERVED_USERNAMES as readonly string[]).includes(name), 'is reserved');

/** What bcrypt reads; longer ones are refused rather than cut. */
export const PASSWORD_BYTES_MAX = 72;
export const PASSWORD_LENGTH_MIN = 12;
/** Only bounds here; whether it is good enough is the server's decision (`weak_password`). */
const passwordSchema = z.string().min(1).max(1024);

const publicUserSchema = z.object({ id: z.int(), username: z.string(), role: roleSchema });
export const userSchema = publicUserSchema
  .extend({
    disabled: z.boolean(),
    createdAt: timestampSchema,
    createdBy: z.string().nullable(),
    lastLoginAt: timestampSchema.nullable(),
  })
  .meta({ id: 'User' });
export type User = z.infer<typeof userSchema>;

const session = ok({ token: z.string(), expiresAt: timestampSchema, user: publicUserSchema });

export const APPROVAL_TOKEN_STATES = ['open', 'used', 'expired', 'revoked'] as const;
export const approvalTokenSchema = z
  .object({
    id: z.string(),
    reason: z.string(),
    createdAt: timestampSchema,
    expiresAt: timestampSchema,
    state: z.enum(APPROVAL_TOKEN_STATES),
    proposalId: z.string().nullable(),
    assessmentId: z.string().nullable(),
    policyChangeId: z.string().nullable(),
    reviewOf: z.string().nullable(),
    digest: digestSchema.nullable(),
  })
  .meta({ id: 'ApprovalToken' });
export type ApprovalTokenView = z.infer<typeof approvalTokenSchema>;
/** Seconds an approval token may live at most, and lives when nothing is asked. */
export const APPROVAL_TOKEN_SECONDS_MAX = 24 * 3600;
export const APPROVAL_TOKEN_SECONDS_DEFAULT = 15 * 60;

export const apiKeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: serverKindSchema,
    serverId: z.string(),
    owner: z.string(),
    createdAt: timestampSchema,
    lastUsedAt: timestampSchema.nullable(),
    /** When it stops working by itself; null for never. */
    expiresAt: timestampSchema.nullable(),
    revokedAt: timestampSchema.nullable(),
  })
  .meta({ id: 'ApiKey' });
export type ApiKey = z.infer<typeof apiKeySchema>;

const userParams = z.strictObject({ id: z.coerce.number().int().positive() });
const keyParams = z.strictObject({ id: idSchema });

export const authRoutes = defineRoutes({
  login: {
    method: 'POST',
    path: '/auth/login',
    summary: 'Sign in with a password, and a second factor where one is enrolled',
    tag: 'auth',
    access: 'public',
    body: z
      .strictObject({ username: z.string().min(1).max(256), password: passwordSchema, ...signInFactorFields })
      .refine(atMostOneFactor, ONE_FACTOR),
    responses: { 200: session },
    refusals: ['invalid_credentials', ...STEP_UP_REFUSALS, 'origin_not_allowed'],
  },
  refresh: {
    method: 'POST',
    path: '/auth/refresh',
    summary: 'Exchange a valid session for a fresh token',
    tag: 'auth',
    access: 'authenticated',
    people: true,
    responses: { 200: session },
    refusals: ['session_expired'],
  },
  logout: {
    method: 'POST',
    path: '/auth/logout',
    summary: 'End the session, and every token of it',
    tag: 'auth',
    access: 'authenticated',
    people: true,
    responses: { 200: ok({}) },
    refusals: [],
  },
  showPermissions: {
    method: 'GET',
    path: '/auth/permissions',
    summary: 'Who one is, and what one may do',
    tag: 'auth',
    access: 'authenticated',
    responses: {
      200: ok({
        username: z.string(),
        role: z.union([roleSchema, z.literal('machine')]),
        permissions: z.array(permissionSchema),
      }),
    },
    refusals: [],
  },
  changePassword: {
    method: 'POST',
    path: '/auth/password',
    summary: 'Change one’s own password; ends every other session',
    tag: 'auth',
    access: 'authenticated',
    people: true,
    body: z.strictObject({ currentPassword: passwordSchema, newPassword: passwordSchema }),
    responses: { 200: session },
    refusals: ['invalid_credentials', 'weak_password'],
  },
  mintApprovalToken: {
    method: 'POST',
    path: '/auth/approval-token',
    summary: 'Mint an approval token: a short-lived, single-use consent',
    tag: 'auth',
    access: ['approve_remediation'],
    people: true,
    body: z
      .strictObject({
        reason: reasonSchema,
        expiresAt: timestampSchema.optional(),
        /** Binds it from birth. Without one it is for a proposal or an assessment: the other two take a token of their own. */
        ...subjectFields,
        ...stepUpFields,
      })
      .refine((body) => subjectCount(body) <= 1, ONE_SUBJECT)
      .refine(atMostOneFactor, ONE_FACTOR),
    responses: { 200: ok({ id: z.string(), approvalToken: z.string(), expiresAt: timestampSchema }) },
    refusals: ['not_found', ...STEP_UP_REFUSALS],
  },
  listApprovalTokens: {
    method: 'GET',
    path: '/auth/approval-tokens',
    summary: 'List one’s own approval tokens (never their value)',
    tag: 'auth',
    access: ['approve_remediation'],
    people: true,
    query: z.strictObject(pageQuery(50)),
    responses: { 200: ok({ approvalTokens: z.array(approvalTokenSchema), ...pageShape }) },
    refusals: [],
  },
  revokeApprovalToken: {
    method: 'DELETE',
    path: '/auth/approval-tokens/:id',
    summary: 'Revoke one of one’s own approval tokens',
    tag: 'auth',
    access: ['approve_remediation'],
    people: true,
    params: keyParams,
    responses: { 200: ok({ id: z.string() }) },
    refusals: ['not_found', 'approval_token_used'],
  },
  listUsers: {
    method: 'GET',
    path: '/users',
    summary: 'List the people',
    tag: 'users',
    access: ['manage_users'],
    query: z.strictObject(pageQuery(50)),
    responses: { 200: ok({ users: z.array(userSchema), ...pageShape }) },
    refusals: [],
  },
  createUser: {
    method: 'POST',
    path: '/users',
    summary: 'Create an account',
    tag: 'users',
    access: ['manage_users'],
    people: true,
    body: z
      .strictObject({ username: usernameSchema, password: passwordSchema, role: roleSchema, ...stepUpFields })
      .refine(atMostOneFactor, ONE_FACTOR),
    responses: { 201: ok({ user: userSchema }) },
    refusals: ['username_taken', 'weak_password', ...STEP_UP_REFUSALS],
  },
  updateUser: {
    method: 'PATCH',
    path: '/users/:id',
    summary: 'Change a role or a password, disable or enable an account; ends its sessions',
    tag: 'users',
    access: ['manage_users'],
    people: true,
    params: userParams,
    body: z
      .strictObject({
        role: roleSchema.optional(),
        disabled: z.boolean().optional(),
        password: passwordSchema.optional(),
        ...stepUpFields,
      })
      .refine(
        ({ role, disabled, password }) => role !== undefined || disabled !== undefined || password !== undefined,
        'must change something',
      )
      .refine(atMostOneFactor, ONE_FACTOR),
    responses: { 200: ok({ user: userSchema }) },
    refusals: ['not_found', 'last_admin', 'weak_password', ...STEP_UP_REFUSALS],
  },
  listApiKeys: {
    method: 'GET',
    path: '/api-keys',
    summary: 'List the machine keys (never their value)',
    tag: 'api-keys',
    access: ['manage_servers'],
    query: z.strictObject(pageQuery(50)),
    responses: { 200: ok({ apiKeys: z.array(apiKeySchema), ...pageShape }) },
    refusals: [],
  },
  createApiKey: {
    method: 'POST',
    path: '/api-keys',
    summary: 'Make a key for one machine; its value is shown once',
    tag: 'api-keys',
    access: ['manage_servers'],
    people: true,
    body: z.strictObject({
      name: printable(100),
      kind: serverKindSchema,
      serverId: idSchema,
      /** User name; who made it when absent. */
      owner: usernameSchema.optional(),
      expiresAt: timestampSchema.optional(),
    }),
    responses: { 201: ok({ id: z.string(), key: z.string() }) },
    refusals: ['name_taken', 'not_found'],
  },
  revokeApiKey: {
    method: 'DELETE',
    path: '/api-keys/:id',
    summary: 'Revoke a machine key and cut the link it holds',
    tag: 'api-keys',
    access: ['manage_servers'],
    people: true,
    params: keyParams,
    responses: { 200: ok({ id: z.string() }) },
    refusals: ['not_found'],
  },
});
