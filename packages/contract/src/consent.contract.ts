import { z } from 'zod';
import {
  base64url,
  digestSchema,
  idSchema,
  jsonObjectSchema,
  printable,
  storedNameSchema,
  timestampSchema,
} from './fields.ts';

/** A credential id is at most 1023 bytes (WebAuthn §4). */
export const credentialIdSchema = base64url(1400);
const quorumSchema = z.int().min(1).max(50);

const unique = (values: readonly string[]): boolean => new Set(values).size === values.length;

/**
 * Whose passkeys a machine takes for an approval, pinned on it (`INSTALLER_APPROVER_KEYS`). It verifies by these alone, and
 * takes no key, name or number from the coordinator.
 */
export const approverKeysSchema = z
  .strictObject({
    /** Different approvers of the list who must have signed. */
    quorum: quorumSchema,
    /** The host name, and the exact origins, that the passkeys were made for (WebAuthn §5.1.3). */
    rpId: z.string().regex(/^[a-z0-9.-]{1,253}$/, 'must be a host name'),
    origins: z
      .array(z.string().regex(/^https?:\/\/[^/?#\s]+$/, 'must be an origin, such as https://coordinator.example.com'))
      .min(1)
      .max(20),
    approvers: z
      .array(
        z.strictObject({
          username: storedNameSchema,
          passkeys: z
            .array(
              z.strictObject({
                name: printable(100).optional(),
                credentialId: credentialIdSchema,
                /** The COSE key (RFC 9052 §7), base64url. */
                publicKey: base64url(8192),
              }),
            )
            .min(1)
            .max(20),
        }),
      )
      .min(1)
      .max(1000),
  })
  .refine(({ approvers }) => unique(approvers.map(({ username }) => username)), 'names an approver twice')
  .refine(
    ({ approvers }) => unique(approvers.flatMap(({ passkeys }) => passkeys.map(({ credentialId }) => credentialId))),
    'holds a passkey twice: two approvers would be one person',
  )
  .refine(({ quorum, approvers }) => quorum <= approvers.length, 'asks for more approvers than it names')
  .meta({ id: 'ApproverKeys' });
export type ApproverKeys = z.infer<typeof approverKeysSchema>;

/** What a machine says of its pinned keys when it registers: who has to sign, and how many of them. */
export const consentDemandSchema = z
  .strictObject({ quorum: quorumSchema, approvers: z.array(storedNameSchema).min(1).max(1000) })
  .meta({ id: 'ConsentDemand' });
export type ConsentDemand = z.infer<typeof consentDemandSchema>;

/** The same, of a machine that a proposal would change. */
export const machineDemandSchema = z.object({ installerId: idSchema, ...consentDemandSchema.shape });
export type MachineDemand = z.infer<typeof machineDemandSchema>;

/** An approval as a passkey signed it: over a challenge that begins with the 32 bytes of the proposal's digest. */
export const signedApprovalSchema = z.object({
  username: z.string(),
  credentialId: credentialIdSchema,
  authenticatorData: base64url(4096),
  clientDataJSON: base64url(4096),
  signature: base64url(8192),
});
export type SignedApproval = z.infer<typeof signedApprovalSchema>;

/**
 * People's consent, as it travels inside a grant: their signatures, and what is needed to see that this action is part of
 * what they signed. Other actions are there by their digests alone.
 */
export const consentSchema = z.object({
  assessmentDigest: z.string(),
  policyVersion: z.int(),
  /** Nothing of the proposal may begin after this. */
  validUntil: timestampSchema,
  /** One for each action with its plan, in order. */
  leaves: z.array(digestSchema).min(1).max(100),
  /** What this action's leaf is the digest of; sealed values are there by their keyed hashes. */
  action: jsonObjectSchema,
  plan: jsonObjectSchema,
  approvals: z.array(signedApprovalSchema).min(1).max(50),
});
export type Consent = z.infer<typeof consentSchema>;
