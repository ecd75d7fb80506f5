import { type Kysely, sql } from 'kysely';

/** Tables of the source document (users, audit_logs, system_metrics, approvals, assessments, remediations) and what they need. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table users (
    id integer generated always as identity primary key,
    username text not null unique,
    password_hash text not null,
    role text not null check (role in ('admin', 'user', 'approver', 'viewer')),
    disabled boolean not null default false,
    created_at timestamptz not null,
    created_by integer references users (id),
    role_changed_at timestamptz not null,
    role_changed_by integer references users (id),
    last_login_at timestamptz
  )`,
  `create table sessions (
    id text primary key,
    user_id integer not null references users (id),
    created_at timestamptz not null,
    last_seen_at timestamptz not null,
    ended_at timestamptz,
    end_reason text
  )`,
  'create index sessions_by_user on sessions (user_id) where ended_at is null',
  `create table login_failures (
    subject text primary key,
    failures integer not null,
    window_started_at timestamptz not null,
    locked_until timestamptz,
    lockouts integer not null default 0
  )`,
  `create table api_keys (
    id text primary key,
    name text not null,
    kind text not null check (kind in ('installer', 'compliance')),
    server_id text not null,
    owner_id integer not null references users (id),
    key_hash text not null unique,
    created_at timestamptz not null,
    last_used_at timestamptz,
    revoked_at timestamptz
  )`,
  'create unique index api_keys_name on api_keys (name) where revoked_at is null',
  `create table servers (
    id text primary key,
    kind text not null check (kind in ('installer', 'compliance')),
    version text not null,
    tools jsonb not null,
    contact jsonb,
    health jsonb,
    endpoint_url text,
    nonce text,
    registered_at timestamptz not null,
    linked_since timestamptz,
    last_seen_at timestamptz,
    status text not null check (status in ('healthy', 'degraded', 'unreachable', 'unknown')),
    reason text
  )`,
  `create table inventories (
    server_id text primary key references servers (id) on delete cascade,
    inventory jsonb not null,
    received_at timestamptz not null
  )`,
  `create table assessments (
    id text primary key,
    status text not null check (status in ('pending', 'running', 'completed', 'failed', 'approved', 'rejected')),
    assessment_type text not null,
    origin text not null check (origin in ('request', 'proposal', 'reassessment')),
    target_servers jsonb not null,
    options jsonb not null,
    requested_by text not null,
    created_at timestamptz not null,
    started_at timestamptz,
    completed_at timestamptz,
    reason text,
    snapshots jsonb,
    results jsonb,
    rules_version text,
    digest text,
    attempt integer not null default 0
  )`,
  'create index assessments_by_age on assessments (created_at desc, id desc)',
  `create table remediations (
    id text primary key,
    assessment_id text not null references assessments (id),
    status text not null check (status in ('pending', 'approved', 'rejected', 'expired', 'superseded', 'executing',
      'executed', 'rolled_back', 'failed', 'cancelled')),
    title text not null,
    priority text not null check (priority in ('low', 'medium', 'high', 'critical')),
    issues jsonb not null,
    actions jsonb not null,
    sealed jsonb not null,
    preview jsonb not null,
    risk jsonb not null,
    digest text not null,
    policy jsonb not null,
    proposed_by text not null,
    proposer_id integer not null references users (id),
    created_at timestamptz not null,
    expires_at timestamptz,
    approved_at timestamptz,
    supersedes text references remediations (id),
    reason text
  )`,
  'create index remediations_by_age on remediations (created_at desc, id desc)',
  `create index remediations_expiring on remediations (expires_at) where status in ('pending', 'approved')`,
  `create table approval_tokens (
    id text primary key,
    token_hash text not null unique,
    user_id integer not null references users (id),
    reason text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    proposal_id text,
    assessment_id text,
    digest text,
    approved_at timestamptz,
    redeemed_at timestamptz,
    revoked_at timestamptz
  )`,
  'create index approval_tokens_by_user on approval_tokens (user_id, created_at desc)',
  `create table approvals (
    id text primary key,
    proposal_id text references remediations (id),
    assessment_id text references assessments (id),
    user_id integer not null references users (id),
    username text not null,
    decision text not null check (decision in ('approved', 'rejected')),
    reason text not null,
    digest text not null,
    token_id text references approval_tokens (id),
    self_approved boolean not null,
    created_at timestamptz not null,
    check ((proposal_id is null) <> (assessment_id is null))
  )`,
  // Votes count by person: the database holds it too.
  'create unique index approvals_one_vote on approvals (proposal_id, user_id) where proposal_id is not null',
  'create unique index approvals_one_assessment_decision on approvals (assessment_id) where assessment_id is not null',
  'create index approvals_by_age on approvals (created_at desc, id desc)',
  `create table executions (
    id text primary key,
    proposal_id text not null unique references remediations (id),
    status text not null check (status in ('pending', 'running', 'completed', 'failed', 'cancelled', 'rolling_back', 'rolled_back')),
    created_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz,
    started_by text,
    rollback_on_failure boolean not null default true,
    parallel_execution boolean not null default false,
    cancel_requested_by text,
    error text,
    reassessment_id text references assessments (id),
    lease_owner text,
    lease_epoch integer not null default 0,
    lease_expires_at timestamptz
  )`,
  'create index executions_by_age on executions (created_at desc, id desc)',
  `create index executions_unfinished on executions (lease_expires_at) where status in ('running', 'rolling_back')`,
  `create table execution_actions (
    execution_id text not null references executions (id),
    action_id text not null,
    position integer not null,
    type text not null,
    server_name text not null,
    executor_id text not null,
    status text not null check (status in ('pending', 'running', 'completed', 'failed', 'undoing', 'undone', 'undo_failed', 'skipped')),
    started_at timestamptz,
    finished_at timestamptz,
    duration_ms double precision,
    error text,
    diff text not null default '',
    log jsonb not null default '[]',
    primary key (execution_id, action_id)
  )`,
  'create index execution_actions_durations on execution_actions (type, finished_at desc) where duration_ms is not null',
  `create table policies (
    name text not null,
    version integer not null,
    document jsonb not null,
    created_at timestamptz not null,
    primary key (name, version)
  )`,
  `create table idempotency_keys (
    principal text not null,
    route text not null,
    key text not null,
    request_hash text not null,
    response_status integer,
    response_body jsonb,
    created_at timestamptz not null,
    primary key (principal, route, key)
  )`,
  'create index idempotency_keys_by_age on idempotency_keys (created_at)',
  `create table audit_logs (
    id text primary key,
    timestamp timestamptz not null,
    actor text not null,
    action text not null,
    target text not null,
    result text not null check (result in ('success', 'denied', 'failure')),
    details jsonb not null,
    request_id text,
    details_salt text not null,
    leaf text not null,
    leaf_index bigint unique
  )`,
  'create index audit_logs_by_time on audit_logs (timestamp desc, id desc)',
  'create index audit_logs_by_actor on audit_logs (actor, timestamp desc, id desc)',
  // Verification asks which records are in neither the tree nor the queue.
  'create index audit_logs_without_leaf on audit_logs (id) where leaf_index is null',
  // Rows wait here for the sequencer, which drains by DELETE … RETURNING: positions do not commit in order.
  `create table audit_queue (
    position bigint generated always as identity primary key,
    record_id text not null references audit_logs (id)
  )`,
  `create table audit_leaves (
    leaf_index bigint primary key,
    record_id text not null unique,
    leaf_hash text not null
  )`,
  `create table audit_checkpoints (
    size bigint primary key,
    root_hash text not null,
    frontier jsonb not null,
    note text not null,
    created_at timestamptz not null
  )`,
  `create function audit_logs_append_only() returns trigger language plpgsql as $$
  begin
    if tg_op = 'UPDATE' and old.leaf_index is null and (to_jsonb(new) - 'leaf_index') = (to_jsonb(old) - 'leaf_index') then
      return new;
    end if;
    raise exception 'audit_logs is append-only' using errcode = 'restrict_violation';
  end $$`,
  `create trigger audit_logs_append_only before update or delete on audit_logs
    for each row execute function audit_logs_append_only()`,
  `create trigger audit_logs_never_truncated before truncate on audit_logs
    for each statement execute function audit_logs_append_only()`,
  `create table event_outbox (
    id bigint generated always as identity primary key,
    channel text not null,
    event text not null,
    data jsonb not null,
    timestamp timestamptz not null
  )`,
  // Ids are given at publication, so that a row which commits late is not skipped by a reader that is further on.
  `create table events (
    id bigint generated always as identity primary key,
    channel text not null,
    event text not null,
    data jsonb not null,
    timestamp timestamptz not null
  )`,
  'create index events_by_age on events (timestamp)',
  `create table system_metrics (
    timestamp timestamptz not null,
    metric text not null,
    server text not null default '',
    instance text not null,
    value double precision not null,
    primary key (metric, server, timestamp, instance)
  )`,
  'create index system_metrics_by_age on system_metrics (timestamp)',
  `create table alerts (
    id text primary key,
    severity text not null check (severity in ('critical', 'warning')),
    condition text not null,
    action text not null,
    server text,
    state text not null check (state in ('pending', 'firing', 'resolved')),
    value double precision,
    started_at timestamptz not null,
    fired_at timestamptz,
    resolved_at timestamptz,
    acknowledged_by text,
    acknowledged_at timestamptz
  )`,
  `create unique index alerts_one_open on alerts (severity, condition, coalesce(server, '')) where state <> 'resolved'`,
  'create index alerts_by_age on alerts (started_at desc, id desc)',
];
