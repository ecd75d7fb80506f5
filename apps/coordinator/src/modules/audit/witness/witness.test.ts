import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cosignedAt } from '@mcp-coordinator/core/audit/cosignature';
import { parseNote, parseVerifierKey } from '@mcp-coordinator/core/audit/signed-note';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../testing/test-database.ts';
import type { AuditModule } from '../audit.module.ts';
import { sha256, verifyEd25519 } from '../merkle-bytes.ts';
import { startEpoch } from '../start-epoch.ts';
import { openAudit, record, steppingClock, tamper } from '../testing/open-audit.ts';
import { createWitnessServer } from './witness-server.ts';
import { createWitnessState } from './witness-state.ts';

const TABLES = ['audit_logs', 'audit_queue', 'audit_leaves', 'audit_checkpoints', 'audit_subtrees'];
const folder = mkdtempSync(join(tmpdir(), 'audit-witness-test-'));

let database: TestDatabase;
let firing: string[];
const alerts = {
  raise: (_: unknown, { condition }: { condition: string }) => {
    firing.push(condition);
    return Promise.resolve(undefined);
  },
  settle: (_: unknown, condition: string) => {
    firing = firing.filter((each) => each !== condition);
    return Promise.resolve();
  },
  tell: () => Promise.resolve(),
};
const REFUSED = 'happening{name="audit_witness_refused"}';

beforeAll(async () => {
  database = await openTestDatabase();
});
beforeEach(async () => {
  firing = [];
  await tamper(database, `truncate ${TABLES.join(', ')}, audit_witnesses`);
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const write = async (audit: AuditModule, count: number) => {
  for (let n = 0; n < count; n += 1) await record(database, audit);
  await audit.flush();
};
const state = () => database.db.selectFrom('audit_witnesses').selectAll().executeTakeFirst();

/** What someone does who keeps a copy of the database and puts it back later. */
const copyNow = async () => {
  await tamper(database, ...TABLES.map((table) => `drop table if exists old_${table}`));
  await tamper(database, ...TABLES.map((table) => `create table old_${table} as table ${table}`));
};
const putCopyBack = () =>
  tamper(
    database,
    `truncate ${TABLES.join(', ')}`,
    ...TABLES.map((table) => `insert into ${table} overriding system value select * from old_${table}`),
  );

/** All that must be found by any kind of witness. */
function findsRewriting(open: () => AuditModule) {
  it('follows a log that grows, and says so', async () => {
    const audit = open();
    await write(audit, 3);
    await audit.witness();
    await write(audit, 300);
    await audit.witness();
    expect(await state()).toMatchObject({ size: '303', problem: null });
    expect(firing).toEqual([]);
  });

  it('shows a truncated tail', async () => {
    const audit = open();
    await write(audit, 3);
    await write(audit, 3);
    await audit.witness();
    await tamper(
      database,
      'delete from audit_logs where leaf_index >= 3',
      'delete from audit_leaves where leaf_index >= 3',
      'delete from audit_checkpoints where size > 3',
    );
    // By itself the log now verifies: nothing in the database speaks of what is gone.
    expect(await audit.verify()).toMatchObject({ valid: true, size: 3 });
    await audit.witness();
    expect(firing).toEqual([REFUSED]);
    expect((await state())?.problem).toContain('an old copy was put back');
  });

  it('shows an old database that was put back, and written to since', async () => {
    const audit = open();
    await write(audit, 3);
    await copyNow();
    await write(audit, 3);
    await audit.witness();
    await putCopyBack();
    await write(audit, 9);
    expect(await audit.verify()).toMatchObject({ valid: true, size: 12 });
    await audit.witness();
    expect(firing).toEqual([REFUSED]);
    expect((await state())?.problem).toContain('history was rewritten');
  });

  it('takes the log of a new epoch, which names the one before', async () => {
    const audit = open();
    await write(audit, 3);
    await copyNow();
    await write(audit, 3);
    await audit.witness();
    await putCopyBack();
    await audit.witness();
    expect(firing).toEqual([REFUSED]);
    const { db } = database;
    await startEpoch(
      { db, clock: steppingClock(), recordAudit: audit.recordAudit },
      { reason: 'restored from the copy of yesterday', operator: 'root', endCredentials: () => Promise.resolve() },
    );
    await audit.flush();
    await audit.witness();
    expect(firing).toEqual([]);
    expect(await audit.verify()).toMatchObject({ valid: true, size: 4 });
    const begun = await database.db
      .selectFrom('audit_logs')
      .select('details')
      .where('leaf_index', '=', '3')
      .executeTakeFirstOrThrow();
    expect(begun.details).toMatchObject({ size: 3, lastCheckpoint: expect.stringContaining('\n3\n') });
    await tamper(database, 'delete from audit_epochs');
  });
}

describe('a witness server', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  let address: URL;
  let key: string;
  let stop: () => Promise<unknown>;

  beforeEach(async () => {
    const verifierKey = await verifierKeyOf(openAudit(database));
    const witness = createWitnessServer({
      name: 'witness.example',
      key: privateKey,
      logs: [verifierKey],
      state: createWitnessState(mkdtempSync(join(folder, 'state-'))),
      clock: steppingClock(),
      log: pino({ level: 'silent' }),
    });
    key = witness.verifierKey;
    witness.server.listen(0, '127.0.0.1');
    await once(witness.server, 'listening');
    address = new URL(`http://127.0.0.1:${(witness.server.address() as AddressInfo).port}/`);
    stop = async () => {
      witness.server.close();
      witness.server.closeAllConnections();
      await once(witness.server, 'close');
    };
    return stop;
  });
  const open = () => openAudit(database, steppingClock(), { alerts, witnesses: { url: address, key } });

  findsRewriting(open);

  it('cosigns what it takes', async () => {
    const audit = open();
    await write(audit, 2);
    await audit.witness();
    const note = parseNote((await state())?.note ?? '')!;
    expect(note.signatures).toHaveLength(2);
    expect(cosignedAt(note, parseVerifierKey(key, sha256)!, sha256, verifyEd25519)).toBeGreaterThan(1_700_000_000);
  });

  it('takes nothing of a log whose key it does not know', async () => {
    const stranger = generateKeyPairSync('ed25519').privateKey;
    const audit = openAudit(database, steppingClock(), {
      alerts,
      witnesses: { url: address, key },
      keys: { auditSigning: stranger },
    });
    await write(audit, 2);
    await audit.witness();
    expect(firing).toEqual([REFUSED]);
    expect((await state())?.problem).toContain('does not trust the key');
  });

  it('calls nobody while it is away, and is asked again', async () => {
    const audit = open();
    await write(audit, 2);
    await stop();
    await audit.witness();
    expect(firing).toEqual([]);
    expect((await state())?.problem).toContain('does not answer');
  });

  it('answers nothing but what the protocol has', async () => {
    const post = (body: string) => fetch(new URL('add-checkpoint', address), { method: 'POST', body });
    expect((await post('nonsense')).status).toBe(400);
    expect((await post('x'.repeat(100_000))).status).toBe(413);
    expect((await fetch(new URL('add-checkpoint', address))).status).toBe(405);
    expect((await fetch(address)).status).toBe(404);
  });
});

describe('a witness file', () => {
  let file: string;
  beforeEach(() => {
    file = join(mkdtempSync(join(folder, 'file-')), 'checkpoints');
  });
  const open = () => openAudit(database, steppingClock(), { alerts, witnesses: { file } });

  findsRewriting(open);

  it('holds each checkpoint once', async () => {
    const audit = open();
    await write(audit, 2);
    await audit.witness();
    await audit.witness();
    await write(audit, 1);
    await audit.witness();
    const sizes = readFileSync(file, 'utf8').match(/^\d+$/gm);
    expect(sizes).toEqual(['2', '3']);
  });
});

async function verifierKeyOf(audit: AuditModule): Promise<string> {
  await write(audit, 1);
  const shown = await audit.handlers.showCheckpoint({} as never);
  await tamper(database, `truncate ${TABLES.join(', ')}`);
  return 'body' in shown ? shown.body.verifierKey : '';
}
