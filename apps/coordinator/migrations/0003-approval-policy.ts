import { type Kysely, sql } from 'kysely';

/** The whole approval policy, changes of it that wait for a second person, and approvals past it in an emergency. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table policy_changes (
    id text primary key,
    status text not null check (status in ('pending', 'applied', 'rejected', 'expired', 'superseded')),
    base_version integer not null,
    version integer,
    document jsonb not null,
    differences jsonb not null,
    digest text not null,
    reason text not null,
    proposed_by text not null,
    proposer_id integer not null references users (id),
    created_at timestamptz not null,
    expires_at timestamptz,
    decided_by text,
    decided_at timestamptz
  )`,
  // Whoever approves one approves what comes next: of two that wait, one would stand on the wrong version.
  `create unique index policy_changes_one_pending on policy_changes (status) where status = 'pending'`,
  'create index policy_changes_by_age on policy_changes (created_at desc, id desc)',
  `alter table approvals
    add column policy_change_id text references policy_changes (id),
    add column review_of text references approvals (id),
    add column break_glass boolean not null default false,
    drop constraint approvals_check,
    add constraint approvals_one_subject
      check (num_nonnulls(proposal_id, assessment_id, policy_change_id, review_of) = 1)`,
  `create unique index approvals_one_policy_decision on approvals (policy_change_id) where policy_change_id is not null`,
  'create unique index approvals_one_review on approvals (review_of) where review_of is not null',
  'create index approvals_past_the_rules on approvals (created_at desc, id desc) where break_glass',
  `alter table approval_tokens
    add column policy_change_id text,
    add column review_of text`,
  'alter table remediations add column break_glass boolean not null default false',
  // Versions from before there was more than a quorum.
  `update policies set document = jsonb_build_object(
      'quorum', document->'quorum',
      'quorumByPriority', jsonb_build_object('critical', document->'quorumCritical'),
      'quorumByServer', jsonb_build_array(),
      'secondPerson', document->'secondPerson',
      'approvers', jsonb_build_array(),
      'maximumAges', jsonb_build_object('proposalHours', 72, 'approvalHours', 24, 'tokenMinutes', 1440),
      'changeWindows', jsonb_build_array(),
      'approveInsideWindows', false,
      'mfa', jsonb_build_object('approve', false, 'execute', false, 'manageUsers', false),
      'breakGlass', false)
    where name = 'approval' and document->'maximumAges' is null`,
  // Proposals name the version they stand on: none may go or become another while one waits.
  `create function policies_append_only() returns trigger language plpgsql as $$
  begin
    raise exception 'the approval policy is append-only' using errcode = 'restrict_violation';
  end $$`,
  `create trigger policies_append_only before update or delete on policies
    for each row when (old.name = 'approval') execute function policies_append_only()`,
  `create trigger policies_never_truncated before truncate on policies
    for each statement execute function policies_append_only()`,
];
