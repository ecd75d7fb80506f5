import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { type ComposeOptions, type Coordinator, compose } from '../compose.ts';
import { loadConfig } from '../config.ts';
import { openKeys } from '../keys.ts';
import { randomId } from '../runtime.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';

export const ADMIN = { username: 'admin', password: 'an admin password of good length 1' };
/** Of every instance of a test. */
export const TEST_SECRET = 'a secret of the tests, long enough to be taken';
export const TEST_SECRETS = { encryptionKey: TEST_SECRET, jwtSecret: TEST_SECRET, sessionSecret: TEST_SECRET };
const API = '/api/v1';

export interface Answer {
  status: number;
  headers: Headers;
  // Tests look into answers of every shape; what they expect is in their assertions.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  body: any;
}
export type Ask = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

export interface TestApp {
  base: string;
  database: TestDatabase;
  coordinator: Coordinator;
  /** Moves the clock of the application; nothing waits. */
  advance(milliseconds: number): void;
  now(): Date;
  anyone: Ask;
  admin: Ask;
  adminToken: string;
  /** Asks with this credential. */
  as(token: string): Ask;
  signIn(username: string, password: string): Promise<string>;
  /** An account of this role and its token; the name is unique in the database. */
  person(
    role: 'admin' | 'user' | 'approver' | 'viewer',
    username?: string,
  ): Promise<{ username: string; token: string; ask: Ask }>;
  /** A machine key, made by the admin. */
  machineKey(kind: 'installer' | 'compliance', serverId: string): Promise<{ id: string; key: string }>;
  /** Actions of the audit log, oldest first. */
  auditActions(): Promise<string[]>;
  close(): Promise<void>;
}

/** The whole coordinator on a real port and a fresh database of this run's engine, with a clock of its own. */
export async function startTestApp(
  environment: Record<string, string> = {},
  ports: Pick<ComposeOptions, 'resolveHost' | 'bcryptCost' | 'dashboardDir'> = {},
): Promise<TestApp> {
  const database = await openTestDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'coordinator-test-'));
  let aheadMs = 0;
  const now = (): Date => new Date(Date.now() + aheadMs);
  const config = loadConfig({
    PORT: '0',
    HOST: '127.0.0.1',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    RATE_LIMIT_PER_MINUTE: '100000',
    DRAIN_SECONDS: '0',
    ...environment,
  });
  const coordinator = await compose({
    config,
    database,
    keys: await openKeys(database.db, TEST_SECRETS, now),
    log: pino({ level: environment['LOG_LEVEL'] ?? 'silent' }),
    clock: now,
    newId: randomId,
    dataDir,
    process,
    bcryptCost: 4,
    ...ports,
  });
  await coordinator.auth.seedFirstAdmin({ adminUsername: ADMIN.username, adminPassword: ADMIN.password });
  await coordinator.start();
  const base = await coordinator.listen('127.0.0.1', 0);

  const as = (token?: string): Ask => askWith(base, token);
  const anyone = as();
  const signIn = async (username: string, password: string): Promise<string> => {
    const { status, body } = await anyone('POST', '/auth/login', { username, password });
    if (status !== 200) throw new Error(`sign-in of ${username}: ${status} ${body.detail}`);
    return body.token as string;
  };
  const adminToken = await signIn(ADMIN.username, ADMIN.password);
  const admin = as(adminToken);

  return {
    base,
    database,
    coordinator,
    now,
    advance: (milliseconds) => {
      aheadMs += milliseconds;
    },
    anyone,
    admin,
    adminToken,
    as,
    signIn,
    person: async (role, username = `${role}-${randomId('p').slice(2, 10)}`) => {
      const password = `a password for ${username} 1`;
      const made = await admin('POST', '/users', { username, password, role });
      if (made.status !== 201) throw new Error(`no ${role}: ${JSON.stringify(made.body)}`);
      const token = await signIn(username, password);
      return { username, token, ask: as(token) };
    },
    machineKey: async (kind, serverId) => {
      const { status, body } = await admin('POST', '/api-keys', {
        name: `${kind}-${randomId('k').slice(2, 10)}`,
        kind,
        serverId,
      });
      if (status !== 201) throw new Error(`no key: ${JSON.stringify(body)}`);
      return { id: body.id as string, key: body.key as string };
    },
    auditActions: async () => {
      const rows = await database.db
        .selectFrom('audit_logs')
        .select('action')
        .orderBy('timestamp')
        .orderBy('id')
        .execute();
      return rows.map((row) => row.action);
    },
    close: async () => {
      await coordinator.stop();
      await database.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export function askWith(base: string, token: string | undefined): Ask {
  return async (method, path, body, headers = {}) => {
    const url = /^\/(api\/|livez|readyz|healthz|metrics$|docs|\.well-known|assets)/.test(path) ? path : `${API}${path}`;
    const response = await fetch(`${base}${url}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parsed(text) };
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Asks again until the answer is there; the only waiting in these tests, bounded and woken often. */
export async function until<Value>(
  what: string,
  probe: () => Promise<Value | undefined | false>,
  withinMs = 15_000,
): Promise<Value> {
  const end = performance.now() + withinMs;
  while (performance.now() < end) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${what}: not within ${withinMs} ms`);
}
