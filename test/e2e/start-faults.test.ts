import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accepted, signIn } from './people.ts';
import { type Launched, launch, makePlace, type Place, startSystem } from './start-system.ts';

const places: Place[] = [];
const launched: Launched[] = [];
const newPlace = (): Place => {
  const place = makePlace();
  places.push(place);
  return place;
};
afterAll(async () => {
  for (const one of launched.splice(0)) await one.crash();
  for (const place of places.splice(0)) place.remove();
});

/** Starts and expects an end: code 1, words and no stack, no process, no lock, whatever was opened closed. */
async function refusedStart(place: Place, env: Record<string, string>, port?: number): Promise<string> {
  const started = await launch(place, { env, ...(port === undefined ? {} : { port }) });
  launched.push(started);
  const { code, output } = await started.ended;
  expect(code, output).toBe(1);
  expect(output).not.toMatch(/^ {4}at /m);
  expect(output).toMatch(/nothing was started/i);
  expect(started.processes()).toEqual([]);
  expect(existsSync(join(place.data, 'coordinator.lock'))).toBe(false);
  return output;
}

const SECRET = 'x'.repeat(40);
const SECRETS = { JWT_SECRET: SECRET, SESSION_SECRET: SECRET, ENCRYPTION_KEY: SECRET };

describe('a start that cannot go well says why and leaves nothing behind', { timeout: 60_000 }, () => {
  let away: Promise<string>;
  beforeAll(() => {
    // It is waited for, meanwhile the others have their turn. Nobody listens on port 1.
    away = refusedStart(newPlace(), { ...SECRETS, DB_HOST: '127.0.0.1', DB_PORT: '1' });
    away.catch(() => undefined);
  });

  it('names every variable that has a wrong value, at once', async () => {
    const wrong = {
      ...{ PORT: 'eighty', LOG_LEVEL: 'loud', DB_POOL_MAX: '0', PUBLIC_URL: 'here', JWT_SECRET: 'short' },
      ...{ METRICS_TOKEN: 'x', AUDIT_RETENTION_DAYS: '-1', INSTALLER_CAPTURE: 'maybe', INSTALLER_HOME: 'home' },
      ...{ DATABASE_URL: 'mysql://there/db', TRUST_PROXY: 'the one in front', APPROVAL_SECOND_PERSON: 'perhaps' },
    };
    const output = await refusedStart(newPlace(), wrong);
    for (const name of Object.keys(wrong)) expect(output).toContain(`${name}:`);
  });

  it.each([
    ['a host that others reach, without TLS', { HOST: '0.0.0.0' }, /HOST is 0\.0\.0\.0.*TLS_CERT_FILE.*TRUST_PROXY/],
    ['half of a TLS pair', { TLS_CERT_FILE: '/nowhere/cert.pem' }, /TLS_CERT_FILE and TLS_KEY_FILE belong together/],
    [
      'TLS files that are not there',
      { HOST: '0.0.0.0', TLS_CERT_FILE: '/nowhere/cert.pem', TLS_KEY_FILE: '/nowhere/key.pem' },
      /TLS_CERT_FILE: \/nowhere\/cert\.pem cannot be read/,
    ],
    [
      'a signing key that is none',
      { AUDIT_SIGNING_KEY_FILE: import.meta.filename },
      /AUDIT_SIGNING_KEY_FILE must hold/,
    ],
    [
      'an external database without secrets',
      { DB_HOST: '127.0.0.1' },
      /JWT_SECRET, SESSION_SECRET, ENCRYPTION_KEY must/,
    ],
    [
      'a log file that is a folder',
      { LOG_FILE_PATH: import.meta.dirname },
      /LOG_FILE_PATH: the log file .* cannot be opened/,
    ],
    ['a data folder that is a file', { DATA_DIR: import.meta.filename }, /DATA_DIR: .* cannot be used as a folder/],
    ['a weak password of the first admin', { ADMIN_PASSWORD: 'short' }, /ADMIN_PASSWORD must have at least 12/],
  ])('%s', async (_, env, words) => {
    expect(await refusedStart(newPlace(), env)).toMatch(words);
  });

  it('a database that is away: where it was looked for, after a while in which it may appear', async () => {
    const output = await away;
    expect(output).toContain('PostgreSQL at 127.0.0.1:1/mcp_integration cannot be used as mcp_user');
    expect(output).toContain('ECONNREFUSED');
  });

  describe('where the port is taken', () => {
    let other: Server;
    beforeAll(async () => {
      other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
    });
    afterAll(() => void other.close());

    it('names it, and makes no database', async () => {
      const place = newPlace();
      const address = other.address();
      const port = typeof address === 'object' ? address!.port : 0;
      expect(await refusedStart(place, {}, port)).toContain(`Port ${port} is in use by another program.`);
      expect(existsSync(join(place.data, 'pgdata'))).toBe(false);
      expect(other.listening).toBe(true);
    });
  });
});

describe('a data folder', { timeout: 120_000 }, () => {
  it('is refused to a second process by the pid of the first, and taken over after kill -9', async () => {
    const place = newPlace();
    const first = await startSystem(place, { command: ['node', 'scripts/start.mjs', 'web'] });
    launched.push(first);
    const { pid } = JSON.parse(readFileSync(join(place.data, 'coordinator.lock'), 'utf8')) as { pid: number };
    expect(first.processes().map((one) => one.pid)).toContain(pid);

    const second = await launch(place);
    const { code, output } = await second.ended;
    expect(code).toBe(1);
    expect(output).toContain(`${place.data} is in use by the process ${pid}. Nothing was started.`);
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);

    await first.crash();
    expect(existsSync(join(place.data, 'coordinator.lock')), 'nobody could tidy up').toBe(true);
    const third = await startSystem(place, { command: ['node', 'scripts/start.mjs', 'web'] });
    launched.push(third);
    accepted(await (await signIn(third.url)).call.showPermissions());
    expect(await third.stop()).toMatchObject({ code: 0, left: [] });
    expect(existsSync(join(place.data, 'coordinator.lock'))).toBe(false);
  });

  it('is taken over from a lock whose pid belongs to someone else by now, or that is no lock at all', async () => {
    const place = newPlace();
    for (const lock of [JSON.stringify({ pid: process.pid, startTime: '1' }), 'half a li']) {
      writeFileSync(join(place.data, 'coordinator.lock'), lock);
      const migration = await launch(place, { command: ['node', 'scripts/start.mjs', 'migrate'] });
      expect(await migration.ended).toMatchObject({ code: 0, signal: null });
    }
  });

  it('is given back by a start that is told to end half way', async () => {
    const place = newPlace();
    const starting = await launch(place);
    launched.push(starting);
    const lock = join(place.data, 'coordinator.lock');
    await expect.poll(() => existsSync(lock), { timeout: 30_000, interval: 20 }).toBe(true);
    await starting.stop();
    expect(starting.processes()).toEqual([]);
    const migration = await launch(place, { command: ['node', 'scripts/start.mjs', 'migrate'] });
    expect((await migration.ended).code).toBe(0);
  });
});
