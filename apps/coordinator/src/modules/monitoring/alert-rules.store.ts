import { type AlertRules, alertRulesSchema } from '@mcp-coordinator/contract/monitoring.contract';
import { DEFAULT_ALERT_RULES } from '@mcp-coordinator/core/alerts/default-rules';
import { sql } from 'kysely';
import type { Db, Tx } from '../../db/schema.ts';

/** Version 0 is the default, in force while nobody has stored any. */
export interface StoredAlertRules {
  readonly version: number;
  readonly rules: AlertRules;
}

export async function currentRules(db: Db | Tx): Promise<StoredAlertRules> {
  const row = await db
    .selectFrom('policies')
    .select(['version', 'document'])
    .where('name', '=', 'alerts')
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row
    ? { version: row.version, rules: alertRulesSchema.parse(row.document) }
    : { version: 0, rules: DEFAULT_ALERT_RULES };
}

/** Before the first version there is no row that could be locked. */
export async function lockRules(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('mcp-coordinator alert rules'), hashtext(current_schema()))`.execute(
    tx,
  );
}

export async function insertRules(tx: Tx, { version, rules }: StoredAlertRules, at: Date): Promise<void> {
  await tx
    .insertInto('policies')
    .values({ name: 'alerts', version, document: JSON.stringify(rules), created_at: at })
    .execute();
}
