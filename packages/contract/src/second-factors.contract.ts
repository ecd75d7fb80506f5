import { z } from 'zod';
import { ONE_SUBJECT, subjectCount, subjectFields } from './approvals.contract.ts';
import { approverKeysSchema, credentialIdSchema } from './consent.contract.ts';
import { base64url, idSchema, jsonObjectSchema, ok, printable, timestampSchema } from './fields.ts';
import { roleSchema } from './permissions.ts';
import { defineRoutes } from './route.ts';

const credential = {
  id: credentialIdSchema,
  rawId: credentialIdSchema,
  type: z.literal('public-key'),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).optional(),
  clientExtensionResults: jsonObjectSchema.optional(),
};

/** What the browser answers to request options (`AuthenticationResponseJSON` of WebAuthn level 3). */
export const assertionSchema = z.strictObject({
  ...credential,
  response: z.strictObject({
    clientDataJSON: base64url(4096),
    authenticatorData: base64url(4096),
    signature: base64url(8192),
    userHandle: base64url(128).optional(),
  }),
});
export type Assertion = z.infer<typeof assertionSchema>;

/** What the browser answers to creation options (`RegistrationResponseJSON`). */
const registrationSchema = z.strictObject({
  ...credential,
  response: z.strictObject({
    clientDataJSON: base64url(4096),
    attestationObject: base64url(65_536),
    authenticatorData: base64url(8192).optional(),
    transports: z.array(z.string().max(32)).max(10).optional(),
    publicKeyAlgorithm: z.int().optional(),
    publicKey: base64url(8192).optional(),
  }),
});
export type Registration = z.infer<typeof registrationSchema>;

const otp = z.string().min(1).max(64);
const recoveryCode = z.string().min(1).max(128);
const password = z.string().min(1).max(1024);

/** A fresh second factor, for one thing done: the fields are put into the body of what needs it. */
export const stepUpFields = { otp: otp.optional(), assertion: assertionSchema.optional() };
/** Where a person has lost the other factors, a recovery code stands in for them. */
export const signInFactorFields = { ...stepUpFields, recoveryCode: recoveryCode.optional() };

interface Given {
  otp?: unknown;
  assertion?: unknown;
  recoveryCode?: unknown;
  password?: unknown;
}
export const atMostOneFactor = (given: Given): boolean =>
  [given.otp, given.assertion, given.recoveryCode].filter((factor) => factor !== undefined).length <= 1;
export const ONE_FACTOR = 'takes one second factor, not several';

/** Who changes factors proves to be the owner: by a factor where there is one, else by the password. */
const ownerFields = { ...signInFactorFields, password: password.optional() };
const ownerProof = z.strictObject(ownerFields).refine(atMostOneFactor, ONE_FACTOR);
const OWNER_REFUSALS = ['mfa_required', 'second_factor_refused', 'invalid_credentials'] as const;

export const STEP_UP_REFUSALS = ['mfa_required', 'second_factor_refused'] as const;
export const STEP_UP_PURPOSES = ['approve', 'manage_users', 'manage_factors'] as const;
export type StepUpPurpose = (typeof STEP_UP_PURPOSES)[number];

export const passkeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    createdAt: timestampSchema,
    lastUsedAt: timestampSchema.nullable(),
    /** Synced by its provider rather than bound to one device. */
    backedUp: z.boolean(),
  })
  .meta({ id: 'Passkey' });
export type Passkey = z.infer<typeof passkeySchema>;

const publicUserSchema = z.object({ id: z.int(), username: z.string(), role: roleSchema });
/** Changing one's factors ends every session and opens a fresh one, as changing the password does. */
const session = { token: z.string(), expiresAt: timestampSchema, user: publicUserSchema };
/** Shown this once; null where the person has some already. */
const firstRecoveryCodes = { recoveryCodes: z.array(z.string()).nullable() };
/** `PublicKeyCredential…OptionsJSON`, for the browser. */
const publicKeyOptions = jsonObjectSchema;

/** For one approver at first; whoever pins it raises the quorum. Null where there is no passkey. */
const approverKeysAnswer = { keys: approverKeysSchema.nullable() };

const passkeyParams = z.strictObject({ id: idSchema });
const common = { tag: 'second factors', access: 'authenticated', people: true } as const;

export const secondFactorRoutes = defineRoutes({
  showSecondFactors: {
    ...common,
    method: 'GET',
    path: '/auth/mfa',
    summary: 'Which second factors one has enrolled',
    responses: {
      200: ok({
        enrolled: z.boolean(),
        totp: z.object({ since: timestampSchema }).nullable(),
        passkeys: z.array(passkeySchema),
        recoveryCodesLeft: z.int(),
      }),
    },
    refusals: [],
  },
  beginSignIn: {
    method: 'POST',
    path: '/auth/mfa/sign-in',
    summary: 'With the right password: which second factors the sign-in may use, and a challenge for a passkey',
    tag: 'second factors',
    access: 'public',
    body: z.strictObject({ username: z.string().min(1).max(256), password }),
    responses: {
      200: ok({
        methods: z.array(z.enum(['totp', 'passkey', 'recovery_code'])),
        publicKey: publicKeyOptions.nullable(),
      }),
    },
    refusals: ['invalid_credentials', 'origin_not_allowed'],
  },
  beginStepUp: {
    ...common,
    method: 'POST',
    path: '/auth/mfa/step-up',
    summary: 'A challenge for one’s passkeys, good for one purpose, once, for five minutes',
    body: z
      .strictObject({
        purpose: z.enum(STEP_UP_PURPOSES),
        /** With `approve`: the challenge begins with this subject’s digest, so that the passkey signs what is approved. */
        ...subjectFields,
      })
      .refine((body) => subjectCount(body) <= 1, ONE_SUBJECT)
      .refine((body) => body.purpose === 'approve' || subjectCount(body) === 0, 'only an approval has a subject'),
    responses: { 200: ok({ publicKey: publicKeyOptions, expiresAt: timestampSchema }) },
    refusals: ['not_found', 'forbidden'],
  },
  beginTotp: {
    ...common,
    method: 'POST',
    path: '/auth/mfa/totp',
    summary: 'A new secret for an authenticator app; it counts once it is confirmed',
    body: ownerProof,
    responses: { 200: ok({ secret: z.string(), uri: z.string(), expiresAt: timestampSchema }) },
    refusals: [...OWNER_REFUSALS, 'second_factor_enrolled'],
  },
  confirmTotp: {
    ...common,
    method: 'POST',
    path: '/auth/mfa/totp/confirm',
    summary: 'Confirm the authenticator app with a first code; ends every other session',
    body: z.strictObject({ otp }),
    responses: { 200: ok({ ...session, ...firstRecoveryCodes }) },
    refusals: ['not_found', 'second_factor_refused', 'second_factor_enrolled'],
  },
  removeTotp: {
    ...common,
    method: 'POST',
    path: '/auth/mfa/totp/remove',
    summary: 'Remove the authenticator app; ends every other session',
    body: ownerProof,
    responses: { 200: ok(session) },
    refusals: [...OWNER_REFUSALS, 'not_found'],
  },
  beginPasskey: {
    ...common,
    method: 'POST',
    path: '/auth/mfa/passkeys/begin',
    summary: 'Creation options for a new passkey, good once, for five minutes',
    body: ownerProof,
    responses: { 200: ok({ publicKey: publicKeyOptions, expiresAt: timestampSchema }) },
    refusals: [...OWNER_REFUSALS, 'second_factor_enrolled'],
  },
  addPasskey: {
    ...common,
    method: 'POST',
    path: '/auth/mfa/passkeys',
    summary: 'Add the passkey that the browser made; ends every other session',
    body: z.strictObject({ name: printable(100), registration: registrationSchema }),
    responses: { 201: ok({ passkey: passkeySchema, ...session, ...firstRecoveryCodes }) },
    refusals: ['second_factor_refused', 'second_factor_enrolled'],
  },
  renamePasskey: {
    ...common,
    method: 'PATCH',
    path: '/auth/mfa/passkeys/:id',
    summary: 'Give one’s passkey another name',
    params: passkeyParams,
    body: z.strictObject({ name: printable(100) }),
    responses: { 200: ok({ passkey: passkeySchema }) },
    refusals: ['not_found'],
  },
  removePasskey: {
    ...common,
    method: 'POST',
    path: '/auth/mfa/passkeys/:id/remove',
    summary: 'Remove one’s passkey; ends every other session',
    params: passkeyParams,
    body: ownerProof,
    responses: { 200: ok(session) },
    refusals: [...OWNER_REFUSALS, 'not_found'],
  },
  makeRecoveryCodes: {
    ...common,
    method: 'POST',
    path: '/auth/mfa/recovery-codes',
    summary: 'Make recovery codes anew, each good once; the former ones are void',
    body: ownerProof,
    responses: { 200: ok({ recoveryCodes: z.array(z.string()) }) },
    refusals: [...OWNER_REFUSALS, 'not_found'],
  },
  showOwnApproverKeys: {
    ...common,
    method: 'GET',
    path: '/auth/mfa/approver-keys',
    summary: 'The public keys of one’s passkeys, to be pinned on installers (INSTALLER_APPROVER_KEYS)',
    responses: { 200: ok(approverKeysAnswer) },
    refusals: [],
  },
  listApproverKeys: {
    method: 'GET',
    path: '/users/approver-keys',
    summary: 'The same of everyone who may approve and has a passkey',
    tag: 'users',
    access: ['manage_users'],
    people: true,
    responses: { 200: ok(approverKeysAnswer) },
    refusals: [],
  },
  resetSecondFactors: {
    method: 'POST',
    path: '/users/:id/reset-mfa',
    summary: 'Remove every second factor of someone who lost them; ends their sessions',
    tag: 'users',
    access: ['manage_users'],
    people: true,
    params: z.strictObject({ id: z.coerce.number().int().positive() }),
    body: z.strictObject(stepUpFields).refine(atMostOneFactor, ONE_FACTOR),
    responses: { 200: ok({ id: z.int(), removed: z.int() }) },
    refusals: [...STEP_UP_REFUSALS, 'not_found'],
  },
});
