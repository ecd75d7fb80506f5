import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEncryptionKeys } from '../secrets/encryption-keys.ts';
import { startTestApp, TEST_SECRET, type TestApp } from '../testing/harness.ts';
import { examineDatabase } from './examine-database.ts';
import type { Examined, Finding } from './finding.ts';

const HOUR_MS = 3_600_000;
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const examine = ({ now = new Date(), secret = TEST_SECRET } = {}): Promise<Finding[]> =>
  examineDatabase({
    ...{ db: app.database.db, kind: app.database.kind, now },
    encryption: createEncryptionKeys([secret]),
  });
const faults = (findings: readonly Finding[]): Examined[] =>
  findings.filter(({ state }) => state === 'fault').map(({ what }) => what);

it('finds nothing wrong with a database at work, by itself and by asking the coordinator', async () => {
  expect((await examine()).map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok']);
  const asked = await app.coordinator.operate({ operator: 'root', request: { operation: 'examine' } });
  expect(asked).toMatchObject({ ok: true, value: { findings: [{ what: 'migrations', state: 'ok' }, {}, {}, {}] } });
});

it('names a key that is not the database’s', async () => {
  expect(faults(await examine({ secret: 'a key that never sealed anything in here' }))).toEqual(['encryption_key']);
});

it('names a clock that is off', async () => {
  const findings = await examine({ now: new Date(Date.now() - HOUR_MS) });
  expect(faults(findings)).toEqual(['clock']);
  expect(findings[2]?.found).toMatch(/3[56]\d\d s/);
});

it('names who was registered and has no link any more', async () => {
  await sql`insert into servers (id, kind, version, tools, registered_at, last_seen_at, status)
    values ('laptop-of-ada', 'installer', '1.0.0', '[]', now() - interval '3 days', now() - interval '2 days', 'unreachable')`.execute(
    app.database.db,
  );
  const findings = await examine();
  expect(faults(findings)).toEqual(['links']);
  expect(findings[3]?.found).toContain('laptop-of-ada');
  await sql`delete from servers where id = 'laptop-of-ada'`.execute(app.database.db);
});

it('names migrations that have not run, before it looks at anything else', async () => {
  await sql`delete from kysely_migration where name = '0017-backups'`.execute(app.database.db);
  const findings = await examine();
  expect(faults(findings)).toEqual(['migrations']);
  expect(findings[0]?.found).toContain('0017-backups');
  expect(findings.slice(1).map(({ state }) => state)).toEqual(['unknown', 'unknown', 'unknown']);
});
