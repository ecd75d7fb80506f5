import { z } from 'zod';
import { idSchema, jsonObjectSchema, ok, pageQuery, pageShape, printable, timestampSchema } from './fields.ts';
import { defineRoutes } from './route.ts';

/** Everything that leaves a record: noun, then verb in the past (CONTRACT §6). */
export const AUDIT_ACTIONS = [
  'login_succeeded',
  'login_failed',
  'login_throttled',
  'session_refreshed',
  'session_ended',
  'password_changed',
  'access_denied',
  'request_refused',
  'user_created',
  'user_updated',
  'api_key_created',
  'api_key_revoked',
  'approval_token_minted',
  'approval_token_revoked',
  'approval_token_refused',
  'server_registered',
  'server_removed',
  'server_labelled',
  'server_linked',
  'server_unlinked',
  'configuration_synced',
  'configuration_drifted',
  'assessment_requested',
  'assessment_started',
  'assessment_completed',
  'assessment_failed',
  'assessment_approved',
  'assessment_rejected',
  'assessment_refused',
  'remediation_proposed',
  'remediation_refused',
  'remediation_superseded',
  'remediation_expired',
  'approval_granted',
  'approval_rejected',
  'approval_refused',
  'execution_refused',
  'execution_started',
  'execution_action_completed',
  'execution_machine_passed_over',
  'execution_action_failed',
  'execution_action_undone',
  'execution_completed',
  'execution_failed',
  'execution_cancelled',
  'execution_rollback_requested',
  'execution_rolled_back',
  'report_exported',
  'audit_exported',
  'audit_key_rotated',
  'audit_epoch_started',
  'audit_payload_erased',
  'audit_pruning_requested',
  'audit_pruning_approved',
  'audit_pruning_rejected',
  'audit_pruned',
  'alert_rules_changed',
  'alert_fired',
  'alert_resolved',
  'alert_acknowledged',
  'alert_silence_created',
  'alert_silence_ended',
  'alert_channels_changed',
  'alert_channel_tested',
  'alert_notification_failed',
  'alert_notification_retried',
  'policy_seeded',
  'policy_change_proposed',
  'policy_change_rejected',
  'policy_change_superseded',
  'policy_change_expired',
  'log_level_changed',
  'policy_changed',
  'break_glass_used',
  'break_glass_reviewed',
  'admin_seeded',
  'second_factor_requested',
  'second_factor_failed',
  'second_factor_added',
  'second_factor_renamed',
  'second_factor_removed',
  'second_factors_reset',
  'recovery_codes_made',
  'recovery_code_used',
  'session_reuse_detected',
  'signing_key_rotated',
  'signing_key_retired',
  'encryption_key_rotated',
  'user_recovered',
  'backup_created',
  'database_moved',
] as const;
export const auditActionSchema = z.enum(AUDIT_ACTIONS);
export type AuditAction = z.infer<typeof auditActionSchema>;

export const AUDIT_RESULTS = ['success', 'denied', 'failure'] as const;
export const auditResultSchema = z.enum(AUDIT_RESULTS);
export type AuditResult = z.infer<typeof auditResultSchema>;

export const auditLogSchema = z
  .object({
    id: z.string(),
    timestamp: timestampSchema,
    action: auditActionSchema,
    /** A user name, `key:NAME`, `system` or `anonymous`. */
    actor: z.string(),
    target: z.string(),
    result: auditResultSchema,
    /** Empty once they were erased. */
    details: jsonObjectSchema,
    erased: z.literal(true).optional(),
    requestId: z.string().nullable(),
    /** Its place in the Merkle tree; null for the moment until the sequencer has integrated it. */
    leafIndex: z.int().nullable(),
  })
  .meta({ id: 'AuditLog' });
export type AuditLog = z.infer<typeof auditLogSchema>;

export const AUDIT_EXPORT_FORMATS = ['jsonl', 'csv', 'ocsf', 'cef', 'bundle'] as const;
export type AuditExportFormat = (typeof AUDIT_EXPORT_FORMATS)[number];

const filters = {
  actor: z.string().max(256).optional(),
  action: auditActionSchema.optional(),
  target: z.string().max(600).optional(),
  result: auditResultSchema.optional(),
  startDate: z.union([timestampSchema, z.iso.date()]).optional(),
  endDate: z.union([timestampSchema, z.iso.date()]).optional(),
  /** Anywhere in the target or the details, whatever the letter case. */
  search: printable(200).optional(),
};
const leafNumber = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
export const digestHexSchema = z.string().regex(/^[0-9a-f]{64}$/);
const hash = digestHexSchema;

export const auditProblemSchema = z.object({
  leafIndex: z.int().nullable(),
  recordId: z.string().nullable(),
  problem: z.string(),
});
export type AuditProblem = z.infer<typeof auditProblemSchema>;

/** What a verification found. `valid` is null while none has ended yet. */
const verificationShape = {
  valid: z.boolean().nullable(),
  /** Leaves of the tree, of which those before `first` were archived. */
  size: z.int(),
  first: z.int(),
  rootHash: hash.nullable(),
  checkedAt: timestampSchema.nullable(),
  problems: z.array(auditProblemSchema),
};
export const auditVerificationSchema = z.object(verificationShape);
export type AuditVerification = z.infer<typeof auditVerificationSchema>;

const progressSchema = z.object({ startedAt: timestampSchema, verified: z.int(), total: z.int() });

export const auditWitnessSchema = z.object({
  name: z.string(),
  /** The size of the newest checkpoint that it took. */
  size: z.int(),
  seenAt: timestampSchema.nullable(),
  checkedAt: timestampSchema,
  /** Why it did not take the last one. */
  problem: z.string().nullable(),
});
export type AuditWitness = z.infer<typeof auditWitnessSchema>;

const tag = 'audit';
export const auditRoutes = defineRoutes({
  listAuditLogs: {
    method: 'GET',
    path: '/audit/logs',
    summary: 'List audit records, newest first',
    tag,
    access: ['view_audit'],
    people: true,
    query: z.strictObject({ ...pageQuery(10), ...filters }),
    responses: { 200: ok({ logs: z.array(auditLogSchema), ...pageShape }) },
    refusals: [],
  },
  proveAuditLog: {
    method: 'GET',
    path: '/audit/logs/:id/proof',
    summary: 'The inclusion proof of a record (RFC 6962 §2.1.1) against the newest checkpoint',
    tag,
    access: ['view_audit'],
    people: true,
    params: z.strictObject({ id: idSchema }),
    responses: {
      200: ok({
        id: z.string(),
        leafIndex: z.int(),
        leafHash: hash,
        treeSize: z.int(),
        rootHash: hash,
        proof: z.array(hash),
        /** The bytes that were hashed, as text: the canonical record. */
        leaf: z.string(),
        /** `detailsHash` of the leaf is the SHA-256 of the salt followed by the RFC 8785 form of the details; both null once erased. */
        salt: z.string().nullable(),
        details: jsonObjectSchema.nullable(),
        checkpoint: z.string(),
      }),
    },
    refusals: ['not_found'],
  },
  proveConsistency: {
    method: 'GET',
    path: '/audit/consistency',
    summary: 'The proof that the log of one size is the beginning of another (RFC 6962 §2.1.2)',
    tag,
    access: ['view_audit'],
    people: true,
    /** `to` is the newest checkpoint's size where absent. */
    query: z.strictObject({ from: leafNumber.default(0), to: leafNumber.optional() }),
    responses: {
      200: ok({
        from: z.int(),
        to: z.int(),
        fromRoot: hash,
        toRoot: hash,
        proof: z.array(hash),
        checkpoint: z.string(),
      }),
    },
    refusals: ['not_found'],
  },
  verifyAudit: {
    method: 'GET',
    path: '/audit/verify',
    summary:
      'Verify the log: afresh while it is small, else as the background verifier found it; `full` starts it again',
    tag,
    access: ['view_audit'],
    people: true,
    /** `from` and `to` verify a part afresh: leaves from one up to and without the other. */
    query: z.strictObject({
      full: z.stringbool().default(false),
      from: leafNumber.optional(),
      to: leafNumber.optional(),
    }),
    responses: { 200: ok({ ...verificationShape, running: progressSchema.nullable() }) },
    refusals: [],
  },
  showCheckpoint: {
    method: 'GET',
    path: '/audit/checkpoint',
    summary: 'The newest checkpoint as a C2SP signed note, with the key that verifies it',
    tag,
    access: ['view_audit'],
    people: true,
    responses: {
      200: ok({
        checkpoint: z.string(),
        verifierKey: z.string(),
        size: z.int(),
        rootHash: hash,
        timestamp: timestampSchema,
        /** Counts restores of the database: each begins a log of its own name. */
        epoch: z.int(),
        /** What keeps the application's database user from changing records: its rights, or a trigger, which is weaker. */
        writeGuard: z.enum(['rights', 'trigger']),
        witnesses: z.array(auditWitnessSchema),
      }),
    },
    refusals: ['not_found'],
  },
  exportAudit: {
    method: 'GET',
    path: '/audit/export',
    summary: 'Export audit records in the order of their leaves',
    tag,
    access: ['view_audit'],
    people: true,
    /** `bundle` proves itself (JSON lines, see the verifier); an export that was cut off goes on with `fromLeaf`. */
    query: z.strictObject({
      format: z.enum(AUDIT_EXPORT_FORMATS).default('jsonl'),
      fromLeaf: leafNumber.default(0),
      ...filters,
    }),
    responses: { 200: 'file' },
    refusals: [],
  },
});
