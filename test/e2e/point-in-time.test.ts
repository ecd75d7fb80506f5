import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type OwnPostgres, startOwnPostgres } from '../setup/postgres.ts';
import { auditChild } from './audit-child.ts';

const script = (name: string) => fileURLToPath(new URL(`../../deploy/postgresql/${name}`, import.meta.url));
let postgres: OwnPostgres;
let root: string;
let restored: { url: string; stop(): void } | undefined;

beforeAll(async () => {
  postgres = await startOwnPostgres({ durable: true });
  root = mkdtempSync(join(tmpdir(), 'mcp-point-in-time-'));
  // The server, which may run as somebody else, writes there.
  chmodSync(root, 0o777);
});
afterAll(() => {
  restored?.stop();
  postgres.stop();
  rmSync(root, { recursive: true, force: true });
});

/** Each statement in a transaction of its own; answers what the last one printed. */
const ask = (url: string, ...statements: string[]): string =>
  postgres
    .run('psql', [url, '-v', 'ON_ERROR_STOP=1', '-qAt', ...statements.flatMap((one) => ['-c', one])], root)
    .trim()
    .split('\n')
    .at(-1) ?? '';

const contents = (url: string): string =>
  ask(
    url,
    `select count(*) || ' ' || md5(string_agg(row(id, leaf_index, actor, leaf, details::text)::text, '|' order by id)) from audit_logs`,
  );

it('comes back to a moment before the damage, and the audit log of that moment verifies', async () => {
  const [base, wal] = [join(root, 'base'), join(root, 'wal')];
  ask(
    postgres.url,
    `alter system set archive_mode = on`,
    `alter system set archive_command = '${script('archive-wal.sh')} %p %f ${wal}'`,
  );
  await postgres.restartImmediately();
  await auditChild(postgres.url, 'migrate');
  await auditChild(postgres.url, 'write-some');
  // Two, of which one is kept: what the other needed of the log goes too.
  postgres.run(script('base-backup.sh'), [base, wal], root);
  postgres.run('env', ['KEEP=1', script('base-backup.sh'), base, wal], root);
  const [copy] = readdirSync(base);
  expect(readdirSync(base)).toHaveLength(1);

  await auditChild(postgres.url, 'write-some');
  const before = contents(postgres.url);
  const moment = ask(postgres.url, `select clock_timestamp()::text as at`);
  ask(
    postgres.url,
    `alter table audit_logs disable trigger user`,
    `update audit_logs set actor = 'mallory'`,
    `drop table audit_queue`,
    `select pg_switch_wal()`,
  );
  await vi.waitFor(
    () => {
      const done = `select last_archived_time > '${moment}' from pg_stat_archiver`;
      expect(ask(postgres.url, done)).toBe('t');
    },
    { timeout: 30_000, interval: 200 },
  );

  const target = join(root, 'restored', 'data');
  postgres.run('mkdir', ['-p', target], root);
  postgres.run(script('restore-to-time.sh'), [join(base, copy!), wal, target, moment], root);
  expect(() => postgres.run(script('restore-to-time.sh'), [join(base, copy!), wal, target, moment], root)).toThrow();
  restored = await postgres.startOn(join(root, 'restored'));
  const { url } = restored;
  await vi.waitFor(() => expect(ask(url, `select pg_is_in_recovery()`)).toBe('f'), { timeout: 30_000, interval: 200 });
  expect(before).toMatch(/^[5-9]\d [0-9a-f]{32}$/);
  expect(contents(url)).toEqual(before);
  const verified = JSON.parse(await auditChild(url, 'verify'));
  expect(verified.verification).toMatchObject({ valid: true, problems: [] });
}, 120_000);
