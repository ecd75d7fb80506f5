import type { AuditAction } from '@mcp-coordinator/contract/audit.contract';
import type { RefusalCode } from '@mcp-coordinator/contract/refusals';
import { sql } from 'kysely';
import { expect } from 'vitest';
import { databaseState } from './database-state.ts';
import { type Answer, type TestApp, until } from './harness.ts';
import { expectProblem } from './problems.ts';

/** Every row of every table there is, as text: where a secret could have been left. */
export async function dumpEverything(app: TestApp): Promise<string> {
  const { db } = app.database;
  const tables = await sql<{ schema: string; name: string }>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`.execute(db);
  const dumps: string[] = [];
  for (const { schema, name } of tables.rows) {
    const rows = await sql<{ row: string }>`select to_jsonb(t)::text as row from ${sql.id(schema, name)} as t`.execute(
      db,
    );
    dumps.push(`== ${name}`, ...rows.rows.map(({ row }) => row));
  }
  return dumps.join('\n');
}

const auditIds = async (app: TestApp): Promise<Set<string>> =>
  new Set((await app.database.db.selectFrom('audit_logs').select('id').execute()).map((row) => row.id));

/** Records that were not there before, oldest first. */
async function auditSince(app: TestApp, before: ReadonlySet<string>) {
  const rows = await app.database.db.selectFrom('audit_logs').selectAll().orderBy('timestamp').orderBy('id').execute();
  return rows
    .filter((row) => !before.has(row.id))
    .map(({ action, actor, target, result, details }) => ({ action, actor, target, result, details }));
}

/** Waits for what an earlier test left under way: what it still writes is no trace of a refused call. */
const quiet = (app: TestApp): Promise<boolean> =>
  until('nothing is under way', async () => {
    const { db } = app.database;
    const assessments = db.selectFrom('assessments').select('id').where('status', 'in', ['pending', 'running']);
    const executions = db.selectFrom('executions').select('id').where('status', 'in', ['running', 'rolling_back']);
    return (await assessments.execute()).length + (await executions.execute()).length === 0;
  });

/** That a call is refused with this code, and leaves nothing behind but the record of it. */
export async function expectOnlyRefused(
  app: TestApp,
  call: () => Promise<Answer>,
  code: RefusalCode,
  record: { action: AuditAction; actor: string; target: string },
): Promise<Answer> {
  await quiet(app);
  const before = await databaseState(app);
  const ids = await auditIds(app);
  const answer = await call();
  expectProblem(answer, code);
  expect(await databaseState(app)).toEqual(before);
  expect(await auditSince(app, ids)).toMatchObject([{ ...record, result: 'denied', details: { code } }]);
  return answer;
}

/** The one record of this action about this subject. */
export async function auditOf(app: TestApp, action: AuditAction, target: string) {
  const rows = await app.database.db
    .selectFrom('audit_logs')
    .select(['actor', 'result', 'details', 'request_id'])
    .where('action', '=', action)
    .where('target', '=', target)
    .execute();
  expect(rows, `${action} of ${target}`).toHaveLength(1);
  return rows[0];
}

/** Events of one channel, oldest first, published or about to be. */
export async function eventsOf(app: TestApp, channel: string) {
  const rows = await sql<{ event: string; data: Record<string, unknown> }>`
    select event, data from (select * from events union all select * from event_outbox) as e
    where channel = ${channel} order by timestamp, id`.execute(app.database.db);
  return rows.rows;
}
