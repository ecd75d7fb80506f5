import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { takeDataFolder } from '../data-folder.ts';
import { EXAMINED, type Examined, type Finding } from './finding.ts';
import { type DoctorDeps, runDoctor } from './run-doctor.ts';

const DAY_MS = 86_400_000;
const TLS_DAYS = 30;
const STRONG = ['kJ3-', 'Zq9_', 'Vt5x'].map((start) => `${start}bW7mYc2LrN8pDf4GhS6aEuT1oQiXzK0j`) as [
  string,
  string,
  string,
];
const SECRETS = { JWT_SECRET: STRONG[0], SESSION_SECRET: STRONG[1], ENCRYPTION_KEY: STRONG[2] };
let root: string;
let away: Promise<Finding[]>;

const self = { pid: process.pid, isAlive: () => true };
const newFolder = (): string => mkdtempSync(join(root, 'data-'));
const doctor = (environment: Record<string, string> = {}, more: Partial<DoctorDeps> = {}): Promise<Finding[]> =>
  runDoctor({
    environment: { DATA_DIR: newFolder(), PORT: '0', HOST: '127.0.0.1', ...environment },
    ...{ fix: false, now: new Date(), isAlive: () => true, freeBytes: () => 10 ** 12 },
    takeFolder: ({ dataDir }) => takeDataFolder(dataDir, self),
    askRunning: () => Promise.resolve(undefined),
    ...more,
  });
const of = (findings: readonly Finding[], what: Examined): Finding => findings.find((one) => one.what === what)!;
const faults = (findings: readonly Finding[]): Examined[] =>
  findings.filter(({ state }) => state === 'fault').map(({ what }) => what);

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'coordinator-doctor-'));
  // It is waited for, meanwhile the others have their turn. Nobody listens on port 1.
  away = doctor({ ...SECRETS, DB_HOST: '127.0.0.1', DB_PORT: '1' });
  away.catch(() => undefined);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('finds nothing wrong where nothing is, and looks at everything', async () => {
  const findings = await doctor(SECRETS);
  expect(faults(findings)).toEqual([]);
  expect(findings.map(({ what }) => what).sort()).toEqual([...EXAMINED].sort());
});

it('says which variable is wrong, and that the rest was not looked at', async () => {
  const findings = await doctor({ PORT: 'eighty' });
  expect(of(findings, 'configuration')).toMatchObject({ state: 'fault', found: expect.stringContaining('PORT:') });
  expect(of(findings, 'disk').state).toBe('unknown');
});

it('names secrets that others can read, and takes them from them where that is asked for', async () => {
  const data = newFolder();
  const file = join(data, 'secrets', 'encryption-key');
  mkdirSync(join(data, 'secrets'), { mode: 0o700 });
  writeFileSync(file, STRONG[0], { mode: 0o600 });
  chmodSync(file, 0o644);
  const found = of(await doctor({ DATA_DIR: data }), 'secret_permissions');
  expect(found).toMatchObject({ state: 'fault', found: expect.stringContaining(file) });
  expect(found.remedy).toContain('chmod go=');
  expect(of(await doctor({ DATA_DIR: data }, { fix: true }), 'secret_permissions').state).toBe('fixed');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it.each([
  ['the same character again and again', { JWT_SECRET: 'x'.repeat(40) }],
  ['what stood in an example', { JWT_SECRET: 'your_jwt_secret_of_32_characters_or_more' }],
  ['the same one twice', { JWT_SECRET: STRONG[1] }],
])('names a weak secret: %s', async (_, weak) => {
  const found = of(await doctor({ ...SECRETS, ...weak }), 'weak_secret');
  expect(found).toMatchObject({ state: 'fault', found: expect.stringContaining('JWT_SECRET') });
  expect(found.remedy).toContain('openssl rand');
  expect(JSON.stringify(found)).not.toContain(weak.JWT_SECRET);
});

it('names a certificate that is over, will be soon, or is not of its key', async () => {
  const [cert, key, other] = ['cert.pem', 'key.pem', 'other.pem'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const [keyFile, certFile] of [
    [other, cert],
    [key, cert],
  ] as const)
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-subj',
        '/CN=localhost',
        '-days',
        String(TLS_DAYS),
        '-keyout',
        keyFile,
        '-out',
        certFile,
      ],
      { stdio: 'ignore' },
    );
  const at = async (days: number, keyFile = key) =>
    of(
      await doctor({ TLS_CERT_FILE: cert, TLS_KEY_FILE: keyFile }, { now: new Date(Date.now() + days * DAY_MS) }),
      'tls',
    );
  expect((await at(0)).state).toBe('ok');
  expect(await at(TLS_DAYS + 1)).toMatchObject({ state: 'fault', found: expect.stringContaining('expired on') });
  expect(await at(TLS_DAYS - 3)).toMatchObject({ state: 'fault', found: expect.stringContaining('expires in') });
  expect(await at(-1)).toMatchObject({ state: 'fault', found: expect.stringContaining('is valid from') });
  expect(await at(0, other)).toMatchObject({ state: 'fault', found: expect.stringContaining('is not the key of') });
});

it('names a disk that is nearly full', async () => {
  const found = of(await doctor({}, { freeBytes: () => 42_000_000 }), 'disk');
  expect(found).toMatchObject({ state: 'fault', found: expect.stringContaining('Only 42 MB') });
});

it('names the process that holds the data folder and does not answer', async () => {
  const data = newFolder();
  const folder = await takeDataFolder(data, self);
  const findings = await doctor({ DATA_DIR: data });
  expect(faults(findings)).toEqual(['second_process']);
  expect(of(findings, 'second_process').found).toContain(`the process ${process.pid}`);
  const atWork = await doctor(
    { DATA_DIR: data },
    { askRunning: () => Promise.resolve({ ok: true, value: { findings: [] } }) },
  );
  expect(faults(atWork)).toEqual([]);
  folder.release();
});

it('names a port that is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = String(typeof address === 'object' ? address?.port : 0);
  const found = of(await doctor({ PORT: port }), 'port');
  other.close();
  expect(found).toMatchObject({ state: 'fault', found: expect.stringContaining(port) });
});

it('names a database that is there without its key, and makes no other one', async () => {
  const data = newFolder();
  mkdirSync(join(data, 'pgdata'));
  const findings = await doctor({ DATA_DIR: data });
  expect(faults(findings)).toEqual(['encryption_key']);
  expect(of(findings, 'encryption_key').remedy).toContain('backup');
});

it('names a database that is away', { timeout: 60_000 }, async () => {
  const findings = await away;
  expect(faults(findings)).toEqual(['database']);
  expect(of(findings, 'database').found).toContain('127.0.0.1:1');
  expect(of(findings, 'migrations').state).toBe('unknown');
});
