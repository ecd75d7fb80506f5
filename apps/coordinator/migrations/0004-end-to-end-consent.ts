import { type Kysely, sql } from 'kysely';

/** Approvals that a machine verifies by itself: what was signed, what machines ask for, and a policy that asks for it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // The digest that the assertion of a token was made over; null where it was made over no subject.
  'alter table approval_tokens add column signed_digest text',
  'alter table servers add column consent jsonb',
  // What the digest covers beside `preview` and `policy`, so that it can be shown to others. Older proposals are without.
  'alter table remediations add column digested jsonb',
  // The trigger guards what was decided; that no policy asked for passkeys so far is no decision.
  'alter table policies disable trigger policies_append_only',
  `update policies set document = document || '{"passkeys": {"always": false, "servers": []}}'
    where name = 'approval' and document->'passkeys' is null`,
  'alter table policies enable trigger policies_append_only',
  `update policy_changes set document = document || '{"passkeys": {"always": false, "servers": []}}'
    where document->'passkeys' is null`,
];
