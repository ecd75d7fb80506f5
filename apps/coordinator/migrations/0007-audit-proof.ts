import { canonicalJson } from '@mcp-coordinator/core/digests/canonical-json';
import { type Kysely, sql } from 'kysely';

/**
 * What the audit log needs to prove itself at any size: kept subtrees, payloads that can be erased, prefixes that can be
 * archived, epochs, witnesses; and the few changes that its tables allow, as functions of their owner.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ schema: string }>`select quote_ident(current_schema()) as schema`.execute(db);
  for (const statement of TABLES) await sql.raw(statement).execute(db);
  await storeCanonicalDetails(db);
  await keepSubtrees(db);
  for (const statement of [...functionsIn(rows[0]?.schema ?? 'public'), ...TRIGGERS]) {
    await sql.raw(statement).execute(db);
  }
}

const TABLES = [
  'drop trigger audit_logs_append_only on audit_logs',
  'drop trigger audit_logs_never_truncated on audit_logs',
  'drop function audit_logs_append_only()',
  // As text that is kept as it was written: what is hashed needs no serialising again.
  `alter table audit_logs
    alter column details type json using details::text::json,
    alter column details drop not null,
    alter column details_salt drop not null,
    add constraint audit_logs_payload_whole check ((details is null) = (details_salt is null))`,
  // Each record is inserted with its place in the queue by one statement; looking it up again costs as much as inserting it.
  'alter table audit_queue drop constraint audit_queue_record_id_fkey',
  'alter table audit_checkpoints add column sequencer_epoch bigint not null default 0',
  // Every eighth level of the tree, where it is whole.
  `create table audit_subtrees (
    height integer not null,
    position bigint not null,
    hash text not null,
    primary key (height, position)
  )`,
  // Counts up whenever another instance takes the sequencer's turn.
  `create table audit_sequencer (
    only_one boolean primary key default true check (only_one),
    epoch bigint not null,
    instance text not null
  )`,
  `insert into audit_sequencer (epoch, instance) values (0, '')`,
  `create table audit_epochs (
    epoch integer primary key,
    first_index bigint not null,
    last_checkpoint text,
    reason text not null,
    started_at timestamptz not null
  )`,
  `create table audit_prunings (
    end_index bigint primary key,
    first_index bigint not null,
    file text not null,
    sha256 text not null,
    root_hash text not null,
    created_at timestamptz not null
  )`,
  `create table audit_pruning_requests (
    id text primary key,
    status text not null check (status in ('pending', 'approved', 'rejected', 'done', 'failed')),
    before timestamptz not null,
    reason text not null,
    requested_by text not null,
    requester_id integer not null references users (id),
    created_at timestamptz not null,
    decided_by text,
    decided_at timestamptz,
    decision_reason text,
    end_index bigint,
    problem text
  )`,
  `create unique index audit_pruning_requests_one_open on audit_pruning_requests ((true)) where status in ('pending', 'approved')`,
  'create index audit_pruning_requests_by_age on audit_pruning_requests (created_at desc, id desc)',
  `create table audit_witnesses (
    name text primary key,
    size bigint not null,
    note text,
    seen_at timestamptz,
    problem text,
    checked_at timestamptz not null
  )`,
  `create table audit_sinks (
    name text primary key,
    next_index bigint not null,
    instance text not null,
    lease_expires_at timestamptz not null
  )`,
  `create table audit_verifications (
    only_one boolean primary key default true check (only_one),
    status text not null check (status in ('running', 'done')),
    instance text not null,
    lease_expires_at timestamptz not null,
    started_at timestamptz not null,
    verified bigint not null,
    total bigint not null,
    problems json not null,
    finished json,
    whole_at timestamptz
  )`,
];

const BATCH = 1_000;

/** What jsonb made of the details, back in the form that was hashed. What has none stays, and verification names it. */
async function storeCanonicalDetails(db: Kysely<unknown>): Promise<void> {
  for (let after = ''; ; ) {
    const { rows } = await sql<{ id: string; details: string }>`
      select id, details::text as details from audit_logs where id > ${after} order by id limit ${BATCH}`.execute(db);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
    const written = rows.map(({ id, details }) => ({ id, details: canonicalText(details) }));
    await sql`update audit_logs set details = given.details::json
      from json_to_recordset(${JSON.stringify(written)}::json) as given (id text, details text)
      where audit_logs.id = given.id`.execute(db);
  }
}

function canonicalText(details: string): string {
  try {
    return canonicalJson(JSON.parse(details));
  } catch {
    return details;
  }
}

/** Of leaves from before there were any: one node in 256 from the leaves, each higher level from the one below. */
async function keepSubtrees(db: Kysely<unknown>): Promise<void> {
  const parent = (level: number) => sql`
    insert into audit_subtrees (height, position, hash)
    select ${level}, position / 256, encode(audit_join(array_agg(decode(hash, 'hex') order by position)), 'hex')
    from (
      select leaf_index as position, leaf_hash as hash from audit_leaves where ${level} = 8
      union all select position, hash from audit_subtrees where height = ${level} - 8
    ) below group by position / 256 having count(*) = 256`;
  await sql`create function audit_join(hashes bytea[]) returns bytea language plpgsql as $$
    begin
      while array_length(hashes, 1) > 1 loop
        hashes := (select array_agg(sha256('\\x01'::bytea || hashes[2 * n - 1] || hashes[2 * n]) order by n)
          from generate_series(1, array_length(hashes, 1) / 2) n);
      end loop;
      return hashes[1];
    end $$`.execute(db);
  for (let level = 8; level <= 48; level += 8) await parent(level).execute(db);
  await sql`drop function audit_join(bytea[])`.execute(db);
}

/**
 * All that ever changes written rows. They run as their owner, so that an application whose role may only read and insert
 * can still number what it wrote, erase a payload whole, and drop what was archived.
 */
const functionsIn = (schema: string): string[] => {
  const asOwner = `security definer set search_path = ${schema}, pg_temp`;
  return [
    `create function audit_place_leaves(given json) returns void language sql ${asOwner} as $$
      update audit_logs set leaf_index = place.leaf_index
      from json_to_recordset(given) as place (leaf_index bigint, record_id text)
      where audit_logs.id = place.record_id and audit_logs.leaf_index is null
    $$`,
    `create function audit_erase_payload(record_id text) returns boolean language sql ${asOwner} as $$
      with erased as (
        update audit_logs set details = null, details_salt = null
        where id = record_id and leaf_index is not null and details is not null returning id
      )
      select exists (select from erased)
    $$`,
    // Leaf hashes of the last kept subtree stay: the proofs of what remains need them.
    `create function audit_drop_archived(batch integer) returns bigint language sql ${asOwner} as $$
      with cut as (select coalesce(max(end_index), 0) as index from audit_prunings),
      records as (
        delete from audit_logs where leaf_index in (
          select leaf_index from audit_logs where leaf_index < (select index from cut) order by leaf_index limit batch
        ) returning 1
      ),
      leaves as (
        delete from audit_leaves where leaf_index in (
          select leaf_index from audit_leaves where leaf_index < (select index / 256 * 256 from cut)
          order by leaf_index limit batch
        ) returning 1
      ),
      checkpoints as (
        delete from audit_checkpoints where size in (
          select size from audit_checkpoints where size < (select index from cut) order by size limit batch
        ) returning 1
      )
      select (select count(*) from records) + (select count(*) from leaves) + (select count(*) from checkpoints)
    $$`,
    `create function audit_append_only() returns trigger language plpgsql as $$
      begin
        raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
      end $$`,
    ...(['leaf_index', 'size'] as const).map(
      (column) => `create function audit_prefix_only_by_${column}() returns trigger language plpgsql as $$
      begin
        if old.${column} < (select max(end_index) from audit_prunings) then
          return old;
        end if;
        raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
      end $$`,
    ),
  ];
};

const refuse = 'execute function audit_append_only()';
const TREE = ['audit_leaves', 'audit_subtrees', 'audit_checkpoints', 'audit_prunings', 'audit_epochs'];

const TRIGGERS = [
  `create trigger audit_logs_fixed
    before update of id, timestamp, actor, action, target, result, request_id, leaf on audit_logs for each row ${refuse}`,
  `create trigger audit_logs_placed_once before update of leaf_index on audit_logs for each row
    when (old.leaf_index is not null) ${refuse}`,
  `create trigger audit_logs_erased_whole before update of details, details_salt on audit_logs for each row
    when (new.details is not null or new.details_salt is not null or old.leaf_index is null) ${refuse}`,
  ...TREE.map((table) => `create trigger ${table}_fixed before update on ${table} for each row ${refuse}`),
  ...['audit_logs', ...TREE].map(
    (table) => `create trigger ${table}_never_truncated before truncate on ${table} for each statement ${refuse}`,
  ),
  ...[
    ['audit_logs', 'leaf_index'],
    ['audit_leaves', 'leaf_index'],
    ['audit_checkpoints', 'size'],
  ].map(
    ([table, column]) => `create trigger ${table}_prefix_only before delete on ${table} for each row
    execute function audit_prefix_only_by_${column}()`,
  ),
  ...['audit_subtrees', 'audit_prunings', 'audit_epochs'].map(
    (table) => `create trigger ${table}_never_deleted before delete on ${table} for each row ${refuse}`,
  ),
];
