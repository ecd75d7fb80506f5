import { generateKeyPairSync } from 'node:crypto';
import { accept } from '@mcp-coordinator/core/result';
import { sql } from 'kysely';
import { pino } from 'pino';
import type { OpenDatabase } from '../../../db/open-database.ts';
import { transact } from '../../../db/transaction.ts';
import { randomId } from '../../../runtime.ts';
import { QUIET_AUDIT } from '../../../testing/quiet-audit.ts';
import { createPublishEvent } from '../../realtime/realtime.module.ts';
import { type AuditDeps, type AuditEntry, type AuditModule, createAuditModule } from '../audit.module.ts';

export const ORIGIN = 'mcp-coordinator/localhost:3000';
const { privateKey: SIGNING_KEY } = generateKeyPairSync('ed25519');

/** Time begins on a fixed day and goes on by a second with each look. */
export function steppingClock(): () => Date {
  let at = Date.parse('2026-01-01T10:00:00.000Z');
  return () => {
    at += 1_000;
    return new Date(at);
  };
}

/** Its sequencer looks for records when it is told to, unless told otherwise. */
export const openAudit = (
  database: OpenDatabase,
  clock = steppingClock(),
  more: Partial<AuditDeps> = {},
): AuditModule =>
  createAuditModule({
    db: database.db,
    clock,
    newId: randomId,
    keys: { auditSigning: SIGNING_KEY },
    origin: ORIGIN,
    ...QUIET_AUDIT,
    instance: randomId('instance'),
    publishEvent: createPublishEvent({ clock }),
    log: pino({ level: 'silent' }),
    sequenceEveryMs: 600_000,
    ...more,
  });

/** One record in a transaction of its own. */
export async function record(
  database: OpenDatabase,
  audit: AuditModule,
  entry: Partial<AuditEntry> = {},
): Promise<void> {
  const whole: AuditEntry = { action: 'approval_granted', actor: 'alice', target: 'prop_1', ...entry };
  await transact(database.db, async (tx) => accept(await audit.recordAudit(tx, whole)));
}

const TABLES = [
  'audit_logs',
  'audit_leaves',
  'audit_queue',
  'audit_checkpoints',
  'audit_subtrees',
  'audit_prunings',
  'audit_epochs',
];

/** What someone does who can write to the database and knows of the trigger. */
export async function tamper(database: OpenDatabase, ...statements: string[]): Promise<void> {
  await database.db.transaction().execute(async (tx) => {
    for (const table of TABLES) await sql.raw(`alter table ${table} disable trigger all`).execute(tx);
    for (const statement of statements) await sql.raw(statement).execute(tx);
    for (const table of TABLES) await sql.raw(`alter table ${table} enable trigger all`).execute(tx);
  });
}
