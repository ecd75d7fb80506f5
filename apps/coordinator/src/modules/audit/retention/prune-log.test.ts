import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../testing/test-database.ts';
import type { AuditModule } from '../audit.module.ts';
import { openAudit, record, tamper } from '../testing/open-audit.ts';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-01-01T00:00:00.000Z');
const archiveDir = mkdtempSync(join(tmpdir(), 'audit-archive-test-'));

let database: TestDatabase;
let audit: AuditModule;
let now: Date;

const on = (day: number) => {
  now = new Date(START + day * DAY_MS);
};
const write = async (count: number) => {
  for (let n = 0; n < count; n += 1) await record(database, audit, { target: `prop_${n}`, details: { n } });
  await audit.flush();
};
const ids = async () =>
  (await database.db.selectFrom('audit_logs').select('id').orderBy('leaf_index').execute()).map((row) => row.id);
const prunings = () => database.db.selectFrom('audit_prunings').selectAll().orderBy('end_index').execute();
const prove = async (id: string) =>
  (await audit.handlers.proveAuditLog({ params: { id } } as never)) as { status?: number; body?: { treeSize: number } };
const problems = async () => (await audit.verify()).problems.map(({ problem }) => problem);

beforeAll(async () => {
  database = await openTestDatabase();
  audit = openAudit(database, () => now, { retention: { days: 90, archiveDir } });
});
afterAll(async () => {
  await database.close();
  rmSync(archiveDir, { recursive: true, force: true });
});

// One log, over days: each test goes on from the one before.
describe('retention', () => {
  it('removes nothing while nothing is old enough', async () => {
    on(0);
    await write(300);
    on(80);
    await write(5);
    await audit.keepRetention();
    expect(await prunings()).toEqual([]);
    expect(await ids()).toHaveLength(305);
  });

  it('archives what is, verifies the archive, records it and removes the prefix', async () => {
    on(91);
    await audit.keepRetention();
    const [pruning, ...others] = await prunings();
    expect(others).toEqual([]);
    expect(pruning).toMatchObject({ first_index: '0', end_index: '300' });
    const lines = gunzipSync(readFileSync(join(archiveDir, pruning!.file)))
      .toString()
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(302);
    expect(JSON.parse(lines[1]!)).toMatchObject({ leafIndex: 0, details: { n: 0 } });
    await audit.flush();
    const rest = await database.db
      .selectFrom('audit_logs')
      .select(['leaf_index', 'action', 'details'])
      .orderBy('leaf_index')
      .execute();
    expect(rest.map((row) => Number(row.leaf_index))).toEqual([300, 301, 302, 303, 304, 305]);
    expect(rest.at(-1)).toMatchObject({
      action: 'audit_pruned',
      details: { first: 0, end: 300, sha256: pruning!.sha256 },
    });
  });

  it('leaves a rest that verifies, and of which every record can be proven', async () => {
    expect(await audit.verify()).toMatchObject({ valid: true, first: 300, size: 306, problems: [] });
    for (const id of await ids()) expect(await prove(id)).toMatchObject({ status: 200, body: { treeSize: 306 } });
    await write(400);
    for (const id of await ids()) expect(await prove(id)).toMatchObject({ status: 200, body: { treeSize: 706 } });
    expect(await audit.verify()).toMatchObject({ valid: true, size: 706 });
  });

  it('goes on from the cut the next time', async () => {
    on(200);
    await write(1);
    await audit.keepRetention();
    expect((await prunings()).map((row) => [row.first_index, row.end_index])).toEqual([
      ['0', '300'],
      ['300', '706'],
    ]);
    expect(await audit.verify()).toMatchObject({ valid: true, first: 706 });
  });

  it('lets nobody remove more than was archived', async () => {
    for (const table of ['audit_logs', 'audit_leaves', 'audit_checkpoints', 'audit_prunings', 'audit_subtrees'])
      await expect(database.db.deleteFrom(table as 'audit_logs').execute()).rejects.toMatchObject({ code: '23001' });
  });

  it('removes nothing whose archive does not verify', async () => {
    on(400);
    await write(1);
    await tamper(database, `update audit_logs set leaf = replace(leaf, 'alice', 'mallory') where leaf_index = 706`);
    await expect(audit.keepRetention()).rejects.toThrow('does not verify, and nothing was removed');
    expect(await prunings()).toHaveLength(2);
    expect(await problems()).not.toEqual([]);
    await tamper(database, `update audit_logs set leaf = replace(leaf, 'mallory', 'alice') where leaf_index = 706`);
    expect(await problems()).toEqual([]);
  });

  it('shows a removal that the log does not speak of', async () => {
    await tamper(
      database,
      `insert into audit_prunings select 708, 706, 'x', sha256, repeat('0', 64), created_at from audit_prunings limit 1`,
      'delete from audit_logs where leaf_index < 708',
      'delete from audit_leaves where leaf_index < 708',
    );
    expect(await problems()).toEqual(expect.arrayContaining([expect.stringContaining('no record in the log says so')]));
  });
});
