// Started by the crash drill, to be killed: an instance that writes records and integrates them, or one that verifies them all.
import { createHash, createPrivateKey } from 'node:crypto';
import { accept } from '@mcp-coordinator/core/result';
import { sql } from 'kysely';
import { migrate } from '../../../db/migrate.ts';
import { openDatabase } from '../../../db/open-database.ts';
import { databaseFault } from '../../../db/sqlstate.ts';
import { transact } from '../../../db/transaction.ts';
import { systemClock } from '../../../runtime.ts';
import { openAudit } from './open-audit.ts';

const [, , mode, connectionString = '', name = ''] = process.argv;
const WRITERS = 4;
const SOME = 25;

// Every instance has the same key, and it is nowhere but here.
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const seed = createHash('sha256').update('crash drill').digest();
const auditSigning = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });

const database = await openDatabase({ kind: 'postgres', connectionString, poolMax: 8 });
const audit = openAudit(database, systemClock, { keys: { auditSigning }, sequenceEveryMs: 10, instance: name });

async function write(writer: number): Promise<never> {
  for (let n = 0; ; n += 1) {
    const target = `${name}-${writer}-${n}`;
    try {
      await transact(database.db, async (tx) =>
        accept(await audit.recordAudit(tx, { action: 'user_updated', actor: 'drill', target, details: { n } })),
      );
      process.stdout.write(`${target}\n`);
    } catch (error) {
      if (databaseFault(error) !== 'unavailable') throw error;
      // PostgreSQL is being restarted; whether this one was committed is not known, and it is not claimed.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

if (mode === 'migrate') {
  await migrate(database.db);
  await database.close();
} else if (mode === 'write-some') {
  for (let n = 0; n < SOME; n += 1)
    await transact(database.db, async (tx) =>
      accept(await audit.recordAudit(tx, { action: 'user_updated', actor: 'drill', target: `some-${n}` })),
    );
  await audit.flush();
  await database.close();
} else if (mode === 'verify') {
  const verification = await audit.verify();
  const { rows } = await sql<{ targets: string[]; records: string; gaps: string }>`
    select json_agg(target) as targets, count(*) as records,
      count(*) filter (where leaf_index is null) as gaps from audit_logs`.execute(database.db);
  process.stdout.write(JSON.stringify({ verification, ...rows[0] }));
  await database.close();
} else {
  await audit.start();
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
}
