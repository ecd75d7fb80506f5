import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { ADMIN_PASSWORD, makePlace, type Place } from '../../apps/cli/src/testing/real-coordinator.ts';
import { type ExternalDatabase, makeDatabase } from './make-database.ts';

let place: Place;
let database: ExternalDatabase;
beforeAll(async () => {
  place = await makePlace();
  database = makeDatabase(inject('pgUrl'), 'moved_to', 'moved_user', 'a-password-of-the-tests');
  await place.start();
});
afterAll(async () => {
  await place.stop('SIGKILL');
  place.remove();
  database.drop();
});

const login = () =>
  place.run(['login', '--username', 'admin', '--password-file', '-'], { input: `${ADMIN_PASSWORD}\n` });
const names = async (): Promise<string[]> =>
  (await place.json(['user', 'list'])).users.map(({ username }: { username: string }) => username);
const addUser = (name: string) =>
  place.run(['user', 'create', name, '--role', 'viewer', '--password-file', '-'], {
    input: `a password of ${name} 12`,
  });

it('a coordinator at work is backed up, lost, restored elsewhere, and moved to PostgreSQL', async () => {
  await login();
  await addUser('in-the-backup');
  const backups = join(place.root, 'backups');
  const made = await place.run(['backup', 'create', '--to', backups]);
  expect(made, made.said).toMatchObject({ code: 0 });
  const backup = made.out.trim();
  expect(made.said).toContain(`mcp-coordinator backup verify ${backup}`);
  await addUser('after-it');

  await place.stop('SIGKILL');
  rmSync(place.data, { recursive: true });
  place.set({ DATA_DIR: join(place.root, 'new-place') });
  const verified = await place.json(['backup', 'verify', backup]);
  expect(verified.audit).toMatchObject({ valid: true });
  const restored = await place.json(['restore', backup, '--yes']);
  expect(restored).toMatchObject({ epoch: 2, audit: { valid: true } });

  await place.start();
  // The session of before is dead, and the password is as it was.
  expect((await place.run(['user', 'list'])).said).toContain('mcp-coordinator login');
  await login();
  const users = await names();
  expect(users).toEqual(expect.arrayContaining(['admin', 'in-the-backup']));
  expect(users).not.toContain('after-it');
  await place.stop();

  const secret = (name: string) => readFileSync(join(place.root, 'new-place', 'secrets', name), 'utf8').trim();
  place.set({ ...database.env, DB_POOL_MAX: '4' });
  const refused = await place.run(['move', '--yes']);
  // The key of these variables opens nothing of what would move.
  expect(refused.said).toContain('ENCRYPTION_KEY does not open');
  place.set({
    ENCRYPTION_KEY: secret('encryption-key'),
    JWT_SECRET: secret('jwt-secret'),
    SESSION_SECRET: secret('session-secret'),
  });
  const moved = await place.json(['move', '--yes']);
  expect(moved).toMatchObject({ audit: { valid: true, problems: [] } });
  expect(moved.rows).toBeGreaterThan(20);
  await place.start();
  expect((await names()).sort()).toEqual(users.sort());
  expect(await place.json(['audit', 'verify'])).toMatchObject({ valid: true });
  const onPostgres = await place.run(['backup', 'create', '--to', backups]);
  expect(onPostgres, onPostgres.said).toMatchObject({ code: 0 });
  await place.stop();
});
