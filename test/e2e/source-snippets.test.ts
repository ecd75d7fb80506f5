import { execFile, execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type ExternalDatabase, makeDatabase } from './make-database.ts';
import { addPerson, allHealthy, eventually, type Person, signIn } from './people.ts';
import { ADMIN_PASSWORD, launch, makePlace, type Place, type System, startSystem } from './start-system.ts';

/**
 * The snippets of the integration documentation, in their order, as printed: only host names, ids and credentials are
 * this test's own, and the Authorization header stands where a snippet leaves it out.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const sh = promisify(execFile);

/** What a person has after cloning and installing: the repository's own files under another path. */
function makeCheckout(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'mcp-coordinator-checkout-'));
  for (const name of ['apps', 'packages', 'node_modules']) symlinkSync(join(ROOT, name), join(path, name));
  execFileSync('cp', ['-r', 'scripts', 'package.json', 'package-lock.json', '.env.example', path], { cwd: ROOT });
  mkdirSync(join(path, '.cache'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

let checkout: ReturnType<typeof makeCheckout>;
let place: Place;
let database: ExternalDatabase;
let system: System;
let web: System;
let admin: Person;
/** What the checkout's `.env` says counts, but for the port, which may be taken on this machine, and the database. */
const FROM_FILE = { DATA_DIR: undefined, LOG_FILE_PATH: undefined, HOST: undefined };
const inCheckout = (...command: string[]) => ({
  cwd: checkout.path,
  command: ['npm', 'run', '--silent', ...command],
  env: { ...database.env, ...FROM_FILE },
  dotenv: true,
});

const CONFIGURED = {
  mcpServers: {
    filesystem: { command: 'npx', args: ['-y', '@modelcontextprotocol/server-filesystem', '/tmp'] },
    broken: {
      command: 'npx',
      args: ['-y', '@modelcontextprotocol/server-postgres'],
      env: { API_KEY: 'sk-live-0a1b2c3d4e5f' },
      disabled: true,
    },
  },
};

beforeAll(async () => {
  checkout = makeCheckout();
  place = makePlace({ '.kilocode/mcp.json': JSON.stringify(CONFIGURED, null, 2) });
  // The documentation's own names. `CREATE DATABASE`, `CREATE USER`, `GRANT` are run as it prints them.
  database = makeDatabase(inject('pgUrl'), 'mcp_integration', 'mcp_user', 'secure_password');
});
afterAll(async () => {
  await system?.crash();
  await web?.crash();
  database?.drop();
  place?.remove();
  checkout?.remove();
});

describe('installation and setup', { timeout: 120_000 }, () => {
  it('cp .env.example .env, npm run migrate, npm run start:web', async () => {
    copyFileSync(join(checkout.path, '.env.example'), join(checkout.path, '.env'));
    const first = await launch(place, inCheckout('migrate'));
    expect(await first.ended).toMatchObject({ code: 0, output: expect.stringContaining('Migrated: 0001') as string });
    const second = await launch(place, inCheckout('migrate'));
    expect((await second.ended).output).toContain('The database is up to date.');
    web = await startSystem(place, inCheckout('start:web'));
    const page = await fetch(`http://localhost:${web.port}`, { headers: { Accept: 'text/html' } });
    expect(await page.text()).toContain('<div id="root"');
    const servers = await (await signIn(web.url)).call.listServers();
    expect(servers).toMatchObject({ ok: true, value: { servers: [] } });
    expect(await web.stop()).toMatchObject({ code: 0, left: [] });
    expect(existsSync(join(checkout.path, 'logs', 'integration.log'))).toBe(true);
  });

  it('an edited .env counts', async () => {
    const file = join(checkout.path, '.env');
    writeFileSync(file, readFileSync(file, 'utf8').replace('DATA_DIR=./data', 'DATA_DIR=./elsewhere'));
    const embedded = await launch(place, { ...inCheckout('migrate'), env: FROM_FILE });
    expect(await embedded.ended).toMatchObject({ code: 0 });
    expect(existsSync(join(checkout.path, 'elsewhere', 'pgdata'))).toBe(true);
  });
});

describe('the snippets', { timeout: 120_000 }, () => {
  let api: string;
  beforeAll(async () => {
    system = await startSystem(place, inCheckout('start:debug'));
    api = `http://localhost:${system.port}/api/v1`;
    admin = await signIn(system.url);
    await allHealthy(admin);
  });

  const curl = async (...args: string[]) => {
    const { stdout } = await sh('curl', ['--silent', '--show-error', ...args]);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  /** A `fetch` of the documentation; paths lead to this coordinator. */
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(path.replace('/api/v1', api), init);
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  };
  const headersOf = (token: string) => ({ Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' });

  it('registration of both servers, each with a key of its own', async () => {
    const installer = {
      installerId: 'documented-installer',
      version: '1.0.0',
      capabilities: ['install_server', 'remove_server', 'generate_config'],
      contact: { email: 'admin@example.com', phone: '+1234567890' },
    };
    const compliance = {
      serverId: 'documented-compliance',
      version: '1.0.0',
      tools: ['compliance_assessment', 'generate_remediation_proposal', 'execute_remediation'],
      health: { status: 'healthy', uptime: 3600, lastCheck: '2025-08-24T10:00:00Z' },
    };
    for (const [kind, id, registration] of [
      ['installer', installer.installerId, installer],
      ['compliance', compliance.serverId, compliance],
    ] as const) {
      const made = await ask('/api/v1/api-keys', {
        method: 'POST',
        headers: headersOf(admin.token),
        body: JSON.stringify({ name: id, kind, serverId: id }),
      });
      const key = made.json['key'] as string;
      const register = (headers: Record<string, string>) =>
        ask('/api/v1/servers/register', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', ...headers },
          body: JSON.stringify(registration),
        });
      expect(await register({ 'X-API-Key': key })).toMatchObject({
        status: 201,
        json: { success: true, serverId: id, kind },
      });
      expect((await register({ Authorization: `Bearer ${key}` })).status).toBe(200);
      expect((await ask(`/api/v1/servers/${id}`, { method: 'DELETE', headers: headersOf(admin.token) })).status).toBe(
        200,
      );
    }
  });

  it('the curl lines', async () => {
    const pinged = await curl(
      ...['-X', 'GET', `${api}/servers/compliance-server/ping`],
      ...['-H', `Authorization: Bearer ${admin.token}`],
    );
    expect(pinged).toMatchObject({ success: true, status: 'healthy' });
    const loggedIn = await curl(
      ...['-X', 'POST', `${api}/auth/login`, '-H', 'Content-Type: application/json'],
      ...['-d', `{"username": "admin", "password": "${ADMIN_PASSWORD}"}`],
    );
    expect(loggedIn).toMatchObject({ success: true, user: { id: 1, username: 'admin', role: 'admin' } });
    const permitted = await curl(
      ...['-X', 'GET', `${api}/auth/permissions`, '-H', `Authorization: Bearer ${String(loggedIn['token'])}`],
    );
    expect(permitted['permissions']).toContain('approve_remediation');
  });

  it('from the login to the end of the execution, heard over the WebSocket', async () => {
    const user = await addPerson(admin, system.url, 'user');
    // On PostgreSQL a second person decides, unless the policy says otherwise.
    const { token: userToken } = await addPerson(admin, system.url, 'approver');
    const loginResponse = await fetch(`${api}/auth/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username: user.username, password: user.password }),
    });
    const { token } = (await loginResponse.json()) as { token: string };
    const heard: Record<string, unknown>[] = [];
    const ws = new WebSocket(`ws://localhost:${system.port}/ws`);
    await new Promise((resolve) => ws.addEventListener('open', resolve));
    ws.addEventListener('message', ({ data }) => heard.push(...[JSON.parse(String(data))].flat()));
    ws.send(JSON.stringify({ type: 'authenticate', token }));
    ws.send(JSON.stringify({ type: 'subscribe', channels: ['assessments', 'remediations', 'approvals'] }));
    await eventually(() =>
      Promise.resolve(
        expect(heard).toContainEqual({ type: 'subscribed', channels: ['assessments', 'remediations', 'approvals'] }),
      ),
    );

    const assessmentRequest = {
      requestId: 'assessment-123',
      assessmentType: 'compliance',
      options: { includeDetails: true, generateReport: true, autoApprove: false },
      targetServers: ['filesystem', 'postgres'],
      timestamp: new Date().toISOString(),
    };
    const requested = await ask('/api/v1/assessments', {
      method: 'POST',
      headers: headersOf(token),
      body: JSON.stringify(assessmentRequest),
    });
    expect(requested.json).toEqual({
      success: true,
      assessmentId: 'assessment-123',
      status: 'pending',
      requiresApproval: true,
      autoExecuted: false,
    });
    const assessed = await eventually(async () => {
      const { json } = await ask('/api/v1/assessments/assessment-123', { headers: headersOf(token) });
      expect(json).toMatchObject({ success: true, assessmentId: 'assessment-123', status: 'completed' });
      return json;
    });
    expect(assessed).toMatchObject({
      results: {
        summary: { totalIssues: expect.any(Number) as number },
        servers: { postgres: { status: 'non_compliant', issues: ['missing_config'] } },
      },
    });

    const remediationRequest = {
      assessmentId: 'assessment-123',
      issues: ['missing_config'],
      priority: 'high',
      autoApprove: false,
      proposedActions: [
        {
          id: 'action-1',
          type: 'install_server',
          serverName: 'postgres',
          command: 'npx',
          args: ['-y', '@modelcontextprotocol/server-postgres'],
          env: { DATABASE_URL: 'postgresql://user:pass@localhost:5432/db' },
        },
      ],
    };
    const proposed = await ask('/api/v1/remediations/propose', {
      method: 'POST',
      headers: headersOf(token),
      body: JSON.stringify(remediationRequest),
    });
    expect(proposed, JSON.stringify(proposed.json)).toMatchObject({
      status: 201,
      json: { success: true, status: 'pending', requiresApproval: true, autoExecuted: false },
    });
    const proposalId = proposed.json['proposalId'] as string;

    const tokenResponse = await ask('/api/v1/auth/approval-token', {
      method: 'POST',
      headers: headersOf(userToken),
      body: JSON.stringify({
        reason: 'Approving security remediation',
        expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      }),
    });
    const { approvalToken } = tokenResponse.json as { approvalToken: string };
    const long = await ask('/api/v1/auth/approval-token', {
      method: 'POST',
      headers: headersOf(userToken),
      body: JSON.stringify({ reason: 'Approving security remediation', expiresAt: '2025-08-24T12:00:00Z' }),
    });
    expect(long.status, 'a time in the past').toBe(422);

    const approvalRequest = {
      approvalId: 'approval-123',
      proposalId,
      decision: 'approved',
      reason: 'Security compliance required',
      approvalToken,
    };
    const approved = await ask('/api/v1/approvals', {
      method: 'POST',
      headers: headersOf(userToken),
      body: JSON.stringify(approvalRequest),
    });
    expect(approved.json, JSON.stringify(approved.json)).toMatchObject({
      success: true,
      approvalId: 'approval-123',
      decision: 'approved',
    });

    const executionRequest = {
      proposalId,
      approvalToken,
      dryRun: false,
      rollbackOnFailure: true,
      parallelExecution: false,
    };
    const executed = await ask('/api/v1/remediations/execute', {
      method: 'POST',
      headers: headersOf(userToken),
      body: JSON.stringify(executionRequest),
    });
    expect(executed.status, JSON.stringify(executed.json)).toBe(202);
    const { executionId } = approved.json as { executionId: string };
    const over = await eventually(async () => {
      const { json } = await ask(`/api/v1/remediations/execution/${executionId}`, {
        headers: { Authorization: `Bearer ${token}` },
      });
      expect(json['status']).toBeOneOf(['completed', 'rolled_back', 'failed']);
      return json;
    });
    // No PostgreSQL answers at that address: whether the server starts all the same is its own affair.
    expect(over).toMatchObject({
      executionId,
      progress: 100,
      currentAction: null,
      startTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
      results: { completed: 1, total: 1 },
    });
    expect(over).toHaveProperty('estimatedCompletion');
    ws.close();
    const channels = new Set(heard.map(({ channel }) => channel).filter(Boolean));
    expect([...channels].sort()).toEqual(['approvals', 'assessments', 'remediations']);
  });

  it('metrics and audit logs', async () => {
    const { json: measured } = await ask('/api/v1/metrics/system', { headers: headersOf(admin.token) });
    expect(measured).toMatchObject({
      success: true,
      metrics: {
        system: {
          cpu: { usage: expect.any(Number) as number, cores: expect.any(Number) as number },
          memory: {
            total: expect.any(Number) as number,
            used: expect.any(Number) as number,
            free: expect.any(Number) as number,
          },
          disk: { total: expect.any(Number) as number, usage: expect.any(Number) as number },
        },
        services: { 'integration-coordinator': { status: 'healthy' }, 'compliance-server': { status: 'healthy' } },
      },
    });
    const { json } = await ask('/api/v1/audit/logs?actor=the-user&action=assessment_requested&limit=10&offset=0', {
      headers: headersOf(admin.token),
    });
    expect(json).toMatchObject({
      success: true,
      logs: [
        {
          action: 'assessment_requested',
          actor: 'the-user',
          target: 'assessment-123',
          result: 'success',
          details: { requestId: 'assessment-123', assessmentType: 'compliance' },
        },
      ],
      total: 1,
      page: 1,
      pageSize: 10,
    });
  });

  it('psql, as printed', () => {
    const query = 'SELECT * FROM audit_logs ORDER BY timestamp DESC LIMIT 100;';
    const printed = database.client('psql', ['-U', 'mcp_user', '-d', 'mcp_integration', '-c', query]);
    expect(printed.split('\n')[0]).toMatch(
      /\bid\b.*\btimestamp\b.*\bactor\b.*\baction\b.*\btarget\b.*\bresult\b.*\bdetails\b/,
    );
    expect(printed.includes('approval_granted')).toBe(true);
    const tables = database.client('psql', [
      '-U',
      'mcp_user',
      '-d',
      'mcp_integration',
      '-Atc',
      "SELECT tablename FROM pg_tables WHERE tableowner = 'mcp_user'",
    ]);
    expect(tables.split('\n')).toEqual(
      expect.arrayContaining(['users', 'audit_logs', 'system_metrics', 'approvals', 'assessments', 'remediations']),
    );
  });

  it('tail and grep on the log file, with debug switched on', async () => {
    const log = join('logs', 'integration.log');
    const tail = await sh('timeout', ['--preserve-status', '1', 'tail', '-f', log], { cwd: checkout.path }).catch(
      (error: { stdout: string }) => error,
    );
    expect(tail.stdout.split('\n').length).toBeGreaterThan(1);
    expect(readFileSync(join(checkout.path, log), 'utf8')).toContain('"level":"DEBUG"');
    // Something goes wrong: the installer dies.
    const installer = system.processes().find(({ args }) => args.includes('apps/installer/src/main.ts'));
    process.kill(installer!.pid, 'SIGKILL');
    await eventually(async () => {
      const { stdout } = await sh('grep', ['ERROR', log], { cwd: checkout.path });
      expect(stdout).toContain('installer ended');
    });
  });

  it('pg_dump, as the backup has it', async () => {
    expect(database.client('pg_dump', ['-U', 'mcp_user', '-d', 'mcp_integration'])).toContain('audit_logs');
    expect(await system.stop()).toMatchObject({ code: 0, left: [] });
  });
});
