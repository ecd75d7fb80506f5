import { type Kysely, sql } from 'kysely';

/** Who else could stand behind a "second" person: whoever gave them access to their account, or made the key that proposed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // A password set by somebody else, factors taken away, an account enabled again.
  `alter table users
    add column access_given_at timestamptz,
    add column access_given_by integer references users (id)`,
  'alter table api_keys add column created_by integer references users (id)',
  'alter table remediations add column key_made_by integer references users (id)',
  `alter table approval_tokens add constraint approval_tokens_one_subject
    check (num_nonnulls(proposal_id, assessment_id, policy_change_id, review_of) <= 1)`,
];
