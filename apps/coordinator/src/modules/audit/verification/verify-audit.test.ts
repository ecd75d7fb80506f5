import { leafText } from '@mcp-coordinator/core/audit/audit-leaf';
import { appendLeaf, EMPTY_FRONTIER, frontierRoot } from '@mcp-coordinator/core/audit/frontier';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../testing/test-database.ts';
import type { AuditModule } from '../audit.module.ts';
import { hashOfLeaf, hex, sha256 } from '../merkle-bytes.ts';
import { openAudit, record, tamper } from '../testing/open-audit.ts';

let database: TestDatabase;
let audit: AuditModule;
let ids: string[];

const TABLES = ['audit_logs', 'audit_queue', 'audit_leaves', 'audit_checkpoints', 'audit_subtrees', 'audit_prunings'];

/** Seven records in three checkpoints: of sizes 1, 4 and 7. A copy of them is put back before each test. */
beforeAll(async () => {
  database = await openTestDatabase();
  audit = openAudit(database);
  for (const batch of [1, 3, 3]) {
    for (let n = 0; n < batch; n += 1) {
      await record(database, audit, { target: `prop_${n}`, details: { n, note: 'routine' } });
    }
    await audit.flush();
  }
  const rows = await database.db.selectFrom('audit_logs').select('id').orderBy('leaf_index').execute();
  ids = rows.map((row) => row.id);
  await tamper(database, ...TABLES.map((table) => `create table kept_${table} as table ${table}`));
});
beforeEach(() =>
  tamper(
    database,
    `truncate ${TABLES.join(', ')}`,
    ...TABLES.map((table) => `insert into ${table} overriding system value select * from kept_${table}`),
  ),
);
afterAll(() => database.close());

const problemsAfter = async (...statements: string[]) => {
  await tamper(database, ...statements);
  const { valid, problems } = await audit.verify();
  expect(valid).toBe(problems.length === 0);
  return problems;
};
const at = (leafIndex: number, problem: string | RegExp, recordId: string | null = ids[leafIndex] ?? null) => ({
  leafIndex,
  recordId,
  problem: expect.stringMatching(problem),
});

it('finds an untouched log valid', async () => {
  expect(ids).toHaveLength(7);
  const verified = await audit.verify();
  expect(verified).toMatchObject({ valid: true, size: 7, problems: [] });
  expect(verified.rootHash).toMatch(/^[0-9a-f]{64}$/);
});

it('integrates what waits before it looks', async () => {
  await record(database, audit);
  expect(await audit.verify()).toMatchObject({ valid: true, size: 8 });
});

it('finds an empty log valid, its root being the hash of nothing', async () => {
  await tamper(database, `truncate ${TABLES.join(', ')}`);
  expect(await audit.verify()).toMatchObject({
    valid: true,
    size: 0,
    rootHash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  });
});

it('names a kept subtree that is not that of its leaves, and one that is gone', async () => {
  for (let n = ids.length; n < 256; n += 1) await record(database, audit, { target: `prop_${n}` });
  expect(await audit.verify()).toMatchObject({ valid: true, size: 256 });
  const over = (what: string) => [at(0, `The kept subtree over the leaves 0–255 ${what}`, null)];
  const [kept] = await database.db.selectFrom('audit_subtrees').select('hash').execute();
  expect(await problemsAfter(`update audit_subtrees set hash = repeat('0', 64)`)).toEqual(over('was edited'));
  expect(await problemsAfter(`update audit_subtrees set hash = '${kept?.hash}'`)).toEqual([]);
  expect(await problemsAfter('delete from audit_subtrees')).toEqual(over('is missing'));
});

describe('an edited record', () => {
  it.each([
    ['details', `details = '{"n": 99}'`, 'The details were edited'],
    ['details beyond JSON', `details = '{"n": 1e999}'`, 'The details were edited'],
    ['salt', `details_salt = 'salt_x'`, 'The details were edited'],
    ['actor', `actor = 'mallory'`, 'The actor was edited'],
    ['action', `action = 'approval_rejected'`, 'The action was edited'],
    ['target', `target = 'prop_9'`, 'The target was edited'],
    ['result', `result = 'denied'`, 'The result was edited'],
    ['requestId', `request_id = 'req'`, 'The requestId was edited'],
    ['timestamp', `timestamp = timestamp + interval '1 day'`, 'The timestamp was edited'],
    ['timestamp by a microsecond', `timestamp = timestamp + interval '1 microsecond'`, 'The timestamp was edited'],
    ['infinite timestamp', `timestamp = 'infinity'`, 'The timestamp was edited'],
  ])('is named with what was edited: %s', async (_, change, problem) => {
    expect(await problemsAfter(`update audit_logs set ${change} where leaf_index = 2`)).toEqual([at(2, problem)]);
  });

  it('is named when its leaf text was edited with it', async () => {
    const { leaf } = await database.db
      .selectFrom('audit_logs')
      .select('leaf')
      .where('leaf_index', '=', '2')
      .executeTakeFirstOrThrow();
    const forged = leafText({ ...JSON.parse(leaf), actor: 'mallory' });
    expect(
      await problemsAfter(`update audit_logs set actor = 'mallory', leaf = '${forged}' where leaf_index = 2`),
    ).toEqual([at(2, 'leaf text is not the one that was hashed')]);
  });

  it('is named when its leaf text alone was edited', async () => {
    const problems = await problemsAfter(`update audit_logs set leaf = 'nonsense' where leaf_index = 2`);
    expect(problems).toEqual([at(2, 'cannot be read'), at(2, 'leaf text is not the one')]);
  });

  const forgeWithLeaf = async (index: number) => {
    const row = await database.db
      .selectFrom('audit_logs')
      .select('leaf')
      .where('leaf_index', '=', String(index))
      .executeTakeFirstOrThrow();
    const forged = leafText({ ...JSON.parse(row.leaf), actor: 'mallory' });
    return [
      `update audit_logs set actor = 'mallory', leaf = '${forged}' where leaf_index = ${index}`,
      `update audit_leaves set leaf_hash = '${hex(hashOfLeaf(forged))}' where leaf_index = ${index}`,
    ];
  };

  it('is found by the first checkpoint that covers it when the leaf hash was edited too', async () => {
    expect(await problemsAfter(...(await forgeWithLeaf(2)))).toEqual([at(1, 'One of the leaves 1–3 .* size 4', null)]);
  });

  it('is named when it was the only one of its checkpoint', async () => {
    expect(await problemsAfter(...(await forgeWithLeaf(0)))).toEqual([at(0, 'Leaf 0 is not the one')]);
  });

  it('does not hide another one', async () => {
    const problems = await problemsAfter(...(await forgeWithLeaf(0)), ...(await forgeWithLeaf(5)));
    expect(problems).toEqual([at(0, 'Leaf 0'), at(4, 'leaves 4–6', null)]);
  });
});

describe('a missing or foreign record', () => {
  it('is named when it was deleted', async () => {
    expect(await problemsAfter('delete from audit_logs where leaf_index = 3')).toEqual([at(3, 'was deleted')]);
  });

  it('is found when it was deleted with its leaf', async () => {
    const problems = await problemsAfter(
      'delete from audit_logs where leaf_index = 3',
      'delete from audit_leaves where leaf_index = 3',
    );
    expect(problems).toEqual([at(3, 'Leaf 3 is missing', null)]);
  });

  it('is found when those after it were moved up', async () => {
    const problems = await problemsAfter(
      'delete from audit_logs where leaf_index = 3',
      'delete from audit_leaves where leaf_index = 3',
      ...[4, 5, 6].flatMap((index) => [
        `update audit_logs set leaf_index = ${index - 1} where leaf_index = ${index}`,
        `update audit_leaves set leaf_index = ${index - 1} where leaf_index = ${index}`,
      ]),
    );
    expect(problems.map(({ problem }) => problem)).toEqual([
      expect.stringContaining('One of the leaves 1–3'),
      expect.stringContaining('Leaf 6 is missing'),
    ]);
  });

  const copy = (leafIndex: string) =>
    `insert into audit_logs select 'audit_forged', timestamp, actor, action, target, result, details, request_id, details_salt,
      leaf, ${leafIndex} from audit_logs where leaf_index = 3`;

  it('is named when it was inserted beside the tree', async () => {
    expect(await problemsAfter(copy('null'))).toEqual([
      { leafIndex: null, recordId: 'audit_forged', problem: expect.stringContaining('neither in the tree') },
    ]);
  });

  it('is named when it was inserted past the end, alone or with a leaf', async () => {
    expect(await problemsAfter(copy('7'))).toEqual([at(7, 'no checkpoint covers', 'audit_forged')]);
    expect(await problemsAfter(`insert into audit_leaves values (7, 'audit_forged', repeat('0', 64))`)).toEqual([
      at(7, 'no checkpoint covers', 'audit_forged'),
      at(7, 'covered by no checkpoint', 'audit_forged'),
    ]);
  });

  it('is named when it was taken out of the queue', async () => {
    await record(database, audit);
    const problems = await problemsAfter('delete from audit_queue');
    expect(problems).toEqual([
      { leafIndex: null, recordId: expect.any(String), problem: expect.stringContaining('taken out of the queue') },
    ]);
  });

  it('is named when two were swapped', async () => {
    const swap = (table: string) => [
      `update ${table} set leaf_index = -1 where leaf_index = 2`,
      `update ${table} set leaf_index = 2 where leaf_index = 5`,
      `update ${table} set leaf_index = 5 where leaf_index = -1`,
    ];
    expect(await problemsAfter(...swap('audit_logs'))).toEqual([
      at(2, `Record ${ids[5]} stands`),
      at(5, `Record ${ids[2]} stands`),
    ]);
    // With their leaves: what was signed tells.
    expect((await problemsAfter(...swap('audit_leaves'))).map(({ problem }) => problem)).toEqual([
      expect.stringContaining('leaves 1–3'),
      expect.stringContaining('leaves 4–6'),
    ]);
  });
});

describe('a truncated log', () => {
  it('is found by its checkpoint', async () => {
    const problems = await problemsAfter(
      'delete from audit_logs where leaf_index >= 5',
      'delete from audit_leaves where leaf_index >= 5',
    );
    expect(problems).toEqual([at(5, 'Leaves 5–6 are missing', null)]);
  });

  it('is found when everything but checkpoints is gone', async () => {
    expect(await problemsAfter('delete from audit_logs', 'delete from audit_leaves')).toEqual([
      at(0, 'Leaves 0–6 are missing', null),
    ]);
  });

  it('is found when its checkpoints are gone and its leaves are not', async () => {
    const problems = await problemsAfter('delete from audit_checkpoints where size = 7');
    expect(problems).toHaveLength(6);
    expect(problems.every(({ problem }) => /no checkpoint/.test(problem))).toBe(true);
  });
});

describe('a forged checkpoint', () => {
  it('is found by its signature, and nothing is signed on top of it', async () => {
    const rows = await database.db.selectFrom('audit_leaves').select('leaf_hash').orderBy('leaf_index').execute();
    const frontier = rows
      .map((row, index) => (index === 6 ? hashOfLeaf('forged') : Buffer.from(row.leaf_hash, 'hex')))
      .reduce((grown, leaf) => appendLeaf(grown, leaf, sha256), EMPTY_FRONTIER);
    const root = frontierRoot(frontier, sha256);
    const { note } = await database.db
      .selectFrom('audit_checkpoints')
      .select('note')
      .where('size', '=', '7')
      .executeTakeFirstOrThrow();
    const lines = note.split('\n');
    lines[2] = Buffer.from(root).toString('base64');
    const forge = `update audit_checkpoints set root_hash = '${hex(root)}', note = '${lines.join('\n')}',
      frontier = '${JSON.stringify(frontier.nodes.map(hex))}' where size = 7`;
    await tamper(database, forge);
    await record(database, audit);
    await expect(audit.flush()).rejects.toThrow('not as a key that we trust signed it');
    const { valid, problems } = await audit.verify();
    expect(valid).toBe(false);
    expect(problems.map(({ problem }) => problem)).toEqual([
      expect.stringContaining('cannot be integrated'),
      expect.stringContaining('signature of the checkpoint of size 7'),
    ]);
    expect(
      (await sql<{ n: string }>`select count(*) as n from audit_checkpoints`.execute(database.db)).rows[0]?.n,
    ).toBe('3');
  });

  it.each([
    ['its root', `root_hash = repeat('0', 64)`, 'root hash kept beside'],
    ['its frontier', `frontier = '[]'`, 'frontier kept beside'],
    ['its size', 'size = 3', 'signature of the checkpoint of size 3'],
  ])('is found by %s', async (_, change, problem) => {
    const problems = await problemsAfter(`update audit_checkpoints set ${change} where size = 4`);
    expect(problems).toEqual([{ leafIndex: null, recordId: null, problem: expect.stringContaining(problem) }]);
  });
});

it('names the first hundred problems', async () => {
  for (let n = 0; n < 130; n += 1) await record(database, audit);
  await audit.flush();
  expect(await problemsAfter(`update audit_logs set actor = 'mallory'`)).toHaveLength(100);
});
