import { generateKeyPairSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashDetails, leafText } from '@mcp-coordinator/core/audit/audit-leaf';
import { sql } from 'kysely';
import { pino } from 'pino';
import { migrate } from '../db/migrate.ts';
import { type OpenDatabase, openDatabase } from '../db/open-database.ts';
import { type AuditModule, createAuditModule } from '../modules/audit/audit.module.ts';
import { createPublishEvent } from '../modules/realtime/realtime.module.ts';
import { randomId, sha256Hex, systemClock } from '../runtime.ts';

/** A log to be measured: a database of its own, with the module as the product makes it. */
export interface MeasuredLog {
  readonly database: OpenDatabase;
  readonly audit: AuditModule;
}

const { privateKey } = generateKeyPairSync('ed25519');

export async function openMeasuredLog(connectionString: string, poolMax: number): Promise<MeasuredLog> {
  const database = await openDatabase({ kind: 'postgres', connectionString, poolMax });
  await migrate(database.db);
  const audit = createAuditModule({
    db: database.db,
    clock: systemClock,
    newId: randomId,
    keys: { auditSigning: privateKey },
    origin: 'mcp-coordinator/bench',
    formerKeys: [],
    instance: randomId('instance'),
    publishEvent: createPublishEvent({ clock: systemClock }),
    alerts: {
      raise: () => Promise.resolve(undefined),
      settle: () => Promise.resolve(),
      tell: () => Promise.resolve(),
    },
    log: pino({ level: 'silent' }),
    retention: { days: 36_500, archiveDir: join(tmpdir(), 'audit-bench-archive') },
    witnesses: {},
  });
  return { database, audit };
}

const BATCH = 5_000;

/** Fills the log up to a size with records as they are, in order of time, and integrates them. */
export async function growTo({ database: { db }, audit }: MeasuredLog, size: number): Promise<void> {
  const { rows } = await sql<{ n: string }>`select count(*) as n from audit_logs`.execute(db);
  const start = Date.parse('2026-01-01T00:00:00.000Z');
  for (let from = Number(rows[0]?.n ?? 0); from < size; from += BATCH) {
    const records = Array.from({ length: Math.min(BATCH, size - from) }, (_, at) => plausible(from + at, start));
    const json = JSON.stringify(records);
    await sql`with given as (
        select * from json_to_recordset(${json}::json) as g (id text, timestamp timestamptz, actor text, action text,
          target text, result text, details text, salt text, leaf text)
      ), recorded as (
        insert into audit_logs (id, timestamp, actor, action, target, result, details, details_salt, leaf)
        select id, timestamp, actor, action, target, result, details::json, salt, leaf from given
      )
      insert into audit_queue (record_id) select id from given`.execute(db);
    await audit.flush();
  }
  await sql`vacuum (analyze) audit_logs`.execute(db);
  await sql`vacuum (analyze) audit_leaves`.execute(db);
}

const ACTIONS = ['login_succeeded', 'assessment_requested', 'approval_granted', 'execution_completed'] as const;

function plausible(n: number, start: number) {
  const details = {
    attempt: n % 7,
    reason: 'a change as people make them',
    servers: ['filesystem', `server-${n % 50}`],
  };
  const salt = randomId('salt');
  const header = {
    id: randomId('audit'),
    timestamp: new Date(start + n * 100).toISOString(),
    actor: `person-${n % 200}`,
    action: ACTIONS[n % ACTIONS.length] ?? 'login_succeeded',
    target: `prop_${n}`,
    result: n % 20 === 0 ? 'denied' : 'success',
    requestId: null,
  };
  const leaf = leafText({ ...header, detailsHash: hashDetails(salt, details, sha256Hex) });
  return { ...header, details: JSON.stringify(details), salt, leaf };
}
