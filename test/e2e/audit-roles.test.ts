import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { findPostgresFolder } from '../../scripts/bootstrap/find-programs.mjs';
import { type ExternalDatabase, makeDatabase } from './make-database.ts';
import { accepted, signIn } from './people.ts';
import { makePlace, type Place, type System, startSystem } from './start-system.ts';

const OWNER = 'audit_owner';
const USER = 'audit_app';
let database: ExternalDatabase;
let place: Place;
let system: System | undefined;

const asSuperuser = (...statements: string[]) =>
  execFileSync(
    join(findPostgresFolder() ?? '', 'psql'),
    [inject('pgUrl'), '-v', 'ON_ERROR_STOP=1', '-q', ...statements.flatMap((statement) => ['-c', statement])],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
const asApplication = (statement: string): string => {
  try {
    return database.client('psql', ['-U', USER, '-d', database.name, '-v', 'ON_ERROR_STOP=1', '-Atc', statement]);
  } catch (error) {
    return (error as { stderr: string }).stderr;
  }
};

beforeAll(() => {
  database = makeDatabase(inject('pgUrl'), 'audit_roles', USER, 'a-password-of-the-tests');
  asSuperuser(
    `DROP ROLE IF EXISTS ${OWNER}`,
    `CREATE ROLE ${OWNER} LOGIN PASSWORD 'another-password-of-the-tests'`,
    `GRANT CREATE ON DATABASE ${database.name} TO ${OWNER}`,
    `REVOKE CREATE ON DATABASE ${database.name} FROM ${USER}`,
  );
  place = makePlace();
});
afterAll(async () => {
  await system?.crash();
  database.drop();
  asSuperuser(`DROP ROLE IF EXISTS ${OWNER}`);
  place.remove();
});

it('runs under a role that can neither change nor delete audit records, nor take the trigger away', async () => {
  const env = { ...database.env, DB_MIGRATE_USER: OWNER, DB_MIGRATE_PASSWORD: 'another-password-of-the-tests' };
  system = await startSystem(place, { env });
  const admin = await signIn(system.url);
  expect(accepted(await admin.call.verifyAudit({}))).toMatchObject({ valid: true });
  const { size, writeGuard } = accepted(await admin.call.showCheckpoint());
  expect(size).toBeGreaterThan(0);
  expect(writeGuard).toBe('rights');
  expect(Number(asApplication('select count(*) from audit_logs'))).toBeGreaterThan(0);
  for (const statement of [
    `update audit_logs set actor = 'mallory'`,
    'delete from audit_logs',
    'truncate audit_logs cascade',
    'delete from audit_leaves',
    'delete from audit_checkpoints',
    'alter table audit_logs disable trigger all',
    'drop table audit_logs cascade',
  ]) {
    expect(asApplication(statement)).toMatch(/permission denied|must be owner/);
  }
  // What is left to it is not enough to lose a record unseen.
  expect(asApplication('select audit_drop_archived(1000)').trim()).toBe('0');
});
