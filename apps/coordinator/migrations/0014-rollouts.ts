import { type Kysely, sql } from 'kysely';

/** The same change on a group of machines: what was approved of it, and which machines were passed over. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table servers add column labels jsonb not null default '[]'`,
  'alter table remediations add column rollout jsonb',
  'alter table executions add column resumable_until timestamptz',
  `alter table execution_actions add column passed_over text check (passed_over in ('away', 'changed'))`,
];
