// biome-ignore-all lint/style/noExcessiveLinesPerFile: one row type for each table, all in one place

import type { Action } from '@mcp-coordinator/contract/actions.contract';
import type { Decision } from '@mcp-coordinator/contract/approvals.contract';
import type { AssessmentStatus } from '@mcp-coordinator/contract/assessments.contract';
import type {
  AuditAction,
  AuditProblem,
  AuditResult,
  AuditVerification,
} from '@mcp-coordinator/contract/audit.contract';
import type { ConsentDemand } from '@mcp-coordinator/contract/consent.contract';
import type { ExecutionStatus, StepStatus } from '@mcp-coordinator/contract/executions.contract';
import type { AssessmentResults } from '@mcp-coordinator/contract/findings.contract';
import type { Inventory } from '@mcp-coordinator/contract/inventory.contract';
import type { AssessedServer } from '@mcp-coordinator/contract/mcp.contract';
import type { AlertSeverity } from '@mcp-coordinator/contract/monitoring.contract';
import type { Role } from '@mcp-coordinator/contract/permissions';
import type {
  ApprovalPolicyDocument,
  PolicyChangeStatus,
  PolicyDifference,
} from '@mcp-coordinator/contract/policies.contract';
import type { Channel } from '@mcp-coordinator/contract/realtime.contract';
import type { Preview, Priority, ProposalStatus, Risk, Rollout } from '@mcp-coordinator/contract/remediations.contract';
import type { ServerKind, ServerStatus } from '@mcp-coordinator/contract/servers.contract';
import type { ColumnType, Generated, Kysely, Transaction } from 'kysely';

/** jsonb: read parsed, written as JSON text, which both engines take alike (a bare array would become a PostgreSQL array). */
type Json<T> = ColumnType<T, string, string>;
type NullableJson<T> = ColumnType<T | null, string | null, string | null>;

export interface Schema {
  users: {
    id: Generated<number>;
    username: string;
    password_hash: string;
    role: Role;
    disabled: Generated<boolean>;
    created_at: Date;
    created_by: number | null;
    role_changed_at: Date;
    role_changed_by: number | null;
    last_login_at: Date | null;
    /** When another person last let them in: a password set for them, factors taken away, the account enabled again. */
    access_given_at: Date | null;
    access_given_by: number | null;
  };
  sessions: {
    id: string;
    user_id: number;
    created_at: Date;
    last_seen_at: Date;
    ended_at: Date | null;
    end_reason: string | null;
    refresh_id: string | null;
    previous_refresh_id: string | null;
    rotated_at: Date | null;
    address: string | null;
    user_agent: string | null;
  };
  totp_factors: {
    user_id: number;
    sealed_secret: string;
    begun_at: Date;
    confirmed_at: Date | null;
    last_step: Generated<number>;
  };
  passkeys: {
    id: string;
    credential_id: string;
    user_id: number;
    name: string;
    /** COSE, base64url. */
    public_key: string;
    /** int8: text on both engines. */
    counter: ColumnType<string, number, number>;
    transports: Json<string[]>;
    backed_up: boolean;
    created_at: Date;
    last_used_at: Date | null;
  };
  passkey_challenges: {
    challenge_hash: string;
    user_id: number;
    purpose: 'register' | 'sign_in' | 'approve' | 'manage_users' | 'manage_factors';
    subject: string | null;
    digest: string | null;
    expires_at: Date;
  };
  recovery_codes: { code_hash: string; user_id: number; created_at: Date; used_at: Date | null };
  login_failures: {
    subject: string;
    failures: number;
    window_started_at: Date;
    locked_until: Date | null;
    lockouts: Generated<number>;
  };
  api_keys: {
    id: string;
    name: string;
    kind: ServerKind;
    server_id: string;
    owner_id: number;
    key_hash: string;
    created_at: Date;
    last_used_at: Date | null;
    revoked_at: Date | null;
    expires_at: Date | null;
    /** Null for a key that the coordinator made for a server of its own. */
    created_by: number | null;
  };
  servers: {
    id: string;
    kind: ServerKind;
    version: string;
    tools: Json<string[]>;
    contact: NullableJson<Record<string, unknown>>;
    health: NullableJson<Record<string, unknown>>;
    endpoint_url: string | null;
    nonce: string | null;
    registered_at: Date;
    linked_since: Date | null;
    last_seen_at: Date | null;
    status: ServerStatus;
    reason: string | null;
    consent: NullableJson<ConsentDemand>;
    labels: ColumnType<string[], string | undefined, string>;
  };
  instances: {
    id: string;
    url: string | null;
    version: string;
    started_at: Generated<Date>;
    expires_at: Date;
    draining: Generated<boolean>;
  };
  links: {
    server_id: string;
    epoch: number;
    instance_id: string | null;
    nonce: string | null;
    ready: boolean;
    /** When its instance left while the server did not; null where the server is gone. */
    moved_at: Date | null;
  };
  request_counts: {
    id: Generated<string>;
    instance_id: string;
    counts: Json<Record<string, number>>;
    at: Generated<Date>;
  };
  inventories: { server_id: string; inventory: Json<Inventory>; received_at: Date };
  assessments: {
    id: string;
    status: AssessmentStatus;
    assessment_type: string;
    origin: 'request' | 'proposal' | 'reassessment';
    target_servers: Json<string[]>;
    options: Json<{ includeDetails: boolean; generateReport: boolean; autoApprove: boolean }>;
    requested_by: string;
    created_at: Date;
    started_at: Date | null;
    completed_at: Date | null;
    reason: string | null;
    snapshots: NullableJson<AssessedServer[]>;
    results: NullableJson<AssessmentResults>;
    rules_version: string | null;
    digest: string | null;
    attempt: Generated<number>;
    /** The machine whose servers alone it is about; null for those of people. */
    only_machine: string | null;
    /** The instance that runs it. */
    runner: string | null;
  };
  remediations: {
    id: string;
    assessment_id: string;
    status: ProposalStatus;
    title: string;
    priority: Priority;
    issues: Json<string[]>;
    /** Masked: values live in `sealed`. */
    actions: Json<Action[]>;
    sealed: Json<Record<string, string>>;
    preview: Json<Preview>;
    risk: Json<Risk>;
    digest: string;
    policy: Json<{ version: number; quorum: number; secondPerson: boolean }>;
    proposed_by: string;
    proposer_id: number;
    /** Who made the machine key that proposed it. */
    key_made_by: number | null;
    created_at: Date;
    expires_at: Date | null;
    approved_at: Date | null;
    supersedes: string | null;
    reason: string | null;
    break_glass: Generated<boolean>;
    /** What `digest` covers beside `preview` and `policy`. */
    digested: NullableJson<{ assessmentDigest: string; validUntil: string; actions: Action[] }>;
    rollout: NullableJson<Rollout>;
  };
  approval_tokens: {
    id: string;
    token_hash: string;
    user_id: number;
    reason: string;
    created_at: Date;
    expires_at: Date;
    proposal_id: string | null;
    assessment_id: string | null;
    policy_change_id: string | null;
    review_of: string | null;
    digest: string | null;
    approved_at: Date | null;
    redeemed_at: Date | null;
    revoked_at: Date | null;
    step_up: 'totp' | 'passkey' | null;
    /** The passkey's consent as it was signed (base64url), so that others can verify it without believing this database. */
    assertion_credential_id: string | null;
    assertion_authenticator_data: string | null;
    assertion_client_data: string | null;
    assertion_signature: string | null;
    /** What the assertion was made over. */
    signed_digest: string | null;
  };
  approvals: {
    id: string;
    proposal_id: string | null;
    assessment_id: string | null;
    user_id: number;
    username: string;
    decision: Decision;
    reason: string;
    digest: string;
    token_id: string | null;
    self_approved: boolean;
    created_at: Date;
    policy_change_id: string | null;
    review_of: string | null;
    break_glass: Generated<boolean>;
  };
  executions: {
    id: string;
    proposal_id: string;
    status: ExecutionStatus;
    created_at: Date;
    started_at: Date | null;
    finished_at: Date | null;
    started_by: string | null;
    rollback_on_failure: Generated<boolean>;
    parallel_execution: Generated<boolean>;
    cancel_requested_by: string | null;
    error: string | null;
    reassessment_id: string | null;
    lease_owner: string | null;
    lease_epoch: Generated<number>;
    lease_expires_at: Date | null;
    /** Until when a rollout comes back to machines that it passed over. */
    resumable_until: Date | null;
  };
  execution_actions: {
    execution_id: string;
    action_id: string;
    position: number;
    type: Action['type'];
    server_name: string;
    executor_id: string;
    status: StepStatus;
    started_at: Date | null;
    finished_at: Date | null;
    duration_ms: number | null;
    error: string | null;
    diff: Generated<string>;
    log: ColumnType<string[], string | undefined, string>;
    passed_over: 'away' | 'changed' | null;
  };
  policies: { name: string; version: number; document: Json<Record<string, unknown>>; created_at: Date };
  policy_changes: {
    id: string;
    status: PolicyChangeStatus;
    base_version: number;
    version: number | null;
    document: Json<ApprovalPolicyDocument>;
    differences: Json<PolicyDifference[]>;
    digest: string;
    reason: string;
    proposed_by: string;
    proposer_id: number;
    created_at: Date;
    expires_at: Date | null;
    decided_by: string | null;
    decided_at: Date | null;
  };
  idempotency_keys: {
    principal: string;
    route: string;
    key: string;
    request_hash: string;
    response_status: number | null;
    response_body: NullableJson<unknown>;
    created_at: Date;
  };
  signing_keys: {
    id: string;
    purpose: 'grant' | 'audit' | 'session' | 'keyed_hash';
    /** Null once retired: the key itself is gone then. */
    sealed: string | null;
    /** Ed25519, base64url; null for what is secret as a whole. */
    public_key: string | null;
    /** The predecessor's signature on this key, for executors that trust that one. */
    endorsement: string | null;
    created_at: Date;
    replaced_at: Date | null;
    retires_at: Date | null;
    retired_at: Date | null;
  };
  audit_logs: {
    id: string;
    timestamp: Date;
    actor: string;
    action: AuditAction;
    target: string;
    result: AuditResult;
    /** RFC 8785 text, kept as it was written; null with its salt once the payload was erased. */
    details: ColumnType<Record<string, unknown> | null, string, never>;
    request_id: string | null;
    /** Hashed into the leaf before the details, so that the payload can go and its hash gives nothing away. */
    details_salt: string | null;
    leaf: string;
    /** int8: text on both engines. */
    leaf_index: ColumnType<string | null, string | null, string>;
  };
  audit_queue: { position: Generated<string>; record_id: string };
  audit_leaves: { leaf_index: string; record_id: string; leaf_hash: string };
  audit_checkpoints: {
    size: string;
    root_hash: string;
    frontier: Json<string[]>;
    note: string;
    created_at: Date;
    sequencer_epoch: Generated<string>;
  };
  /** Whole subtrees of every eighth level. */
  audit_subtrees: { height: number; position: string; hash: string };
  audit_sequencer: { only_one: Generated<boolean>; epoch: string; instance: string };
  audit_epochs: {
    epoch: number;
    first_index: string;
    last_checkpoint: string | null;
    reason: string;
    started_at: Date;
  };
  audit_prunings: {
    end_index: string;
    first_index: string;
    file: string;
    sha256: string;
    root_hash: string;
    created_at: Date;
  };
  audit_pruning_requests: {
    id: string;
    status: 'pending' | 'approved' | 'rejected' | 'done' | 'failed';
    before: Date;
    reason: string;
    requested_by: string;
    requester_id: number;
    created_at: Date;
    decided_by: string | null;
    decided_at: Date | null;
    decision_reason: string | null;
    end_index: string | null;
    problem: string | null;
  };
  backups: {
    id: string;
    created_at: Date;
    finished_at: Date;
    path: string;
    bytes: string;
    rows: string;
  };
  audit_witnesses: {
    name: string;
    size: string;
    note: string | null;
    seen_at: Date | null;
    problem: string | null;
    checked_at: Date;
  };
  audit_verifications: {
    only_one: Generated<boolean>;
    status: 'running' | 'done';
    instance: string;
    lease_expires_at: Date;
    started_at: Date;
    verified: string;
    total: string;
    problems: ColumnType<AuditProblem[], string, string>;
    finished: ColumnType<AuditVerification | null, string | null, string | null>;
    whole_at: Date | null;
  };
  event_outbox: {
    id: Generated<string>;
    channel: Channel;
    event: string;
    data: Json<Record<string, unknown>>;
    timestamp: Date;
  };
  events: {
    id: Generated<string>;
    channel: Channel;
    event: string;
    data: Json<Record<string, unknown>>;
    timestamp: Date;
  };
  system_metrics: {
    timestamp: Date;
    metric: string;
    server: Generated<string>;
    instance: string;
    value: number;
    seconds: Generated<number>;
    samples: Generated<number>;
    low: number | null;
    high: number | null;
  };
  alerts: {
    id: string;
    severity: AlertSeverity;
    condition: string;
    action: string;
    server: string | null;
    state: 'pending' | 'firing' | 'resolved';
    value: number | null;
    started_at: Date;
    fired_at: Date | null;
    resolved_at: Date | null;
    acknowledged_by: string | null;
    acknowledged_at: Date | null;
    told_state: 'firing' | 'resolved' | null;
    told_at: Date | null;
  };
  alert_silences: {
    id: string;
    severity: AlertSeverity | null;
    condition: string | null;
    server: string | null;
    reason: string;
    starts_at: Date;
    ends_at: Date;
    created_by: string;
    created_at: Date;
    ended_by: string | null;
  };
  alert_channel_secrets: { channel: string; sealed: string };
  alert_notifications: {
    id: string;
    channel: string;
    kind: 'fired' | 'repeated' | 'resolved';
    alerts: Json<unknown[]>;
    state: 'waiting' | 'sent' | 'failed';
    attempts: Generated<number>;
    error: string | null;
    created_at: Date;
    next_attempt_at: Date | null;
    settled_at: Date | null;
  };
}

export type Db = Kysely<Schema>;
export type Tx = Transaction<Schema>;
