import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OwnPostgres, startOwnPostgres } from '../setup/postgres.ts';
import { type ExternalDatabase, makeDatabase } from './make-database.ts';
import { accepted, eventually, type Person, refusedAs, signIn } from './people.ts';
import { CLOCK_OFF, makePlace, type Place, type System, startSystem } from './start-system.ts';

const NAME = 'database_faults';
const USER = 'database_faults_user';
const ROUNDS = 4;
/** A query is given up after 15 s, on a machine that does other things too. */
const ANSWER_WITHIN_MS = 40_000;

/** Its own: other tests must not wait while it is paused. */
let postgres: OwnPostgres;
let database: ExternalDatabase;
let place: Place;
let system: System;
let admin: Person;
beforeAll(async () => {
  postgres = await startOwnPostgres({ durable: false });
  database = makeDatabase(postgres.url, NAME, USER, 'a password of the tests');
  place = makePlace();
  system = await startSystem(place, {
    command: ['node', 'scripts/start.mjs', 'web'],
    env: { ...database.env, NODE_OPTIONS: CLOCK_OFF },
  });
  admin = await signIn(system.url);
});
afterAll(async () => {
  await system?.crash();
  place?.remove();
  postgres?.stop();
});

const query = (text: string): string[] =>
  database.client('psql', ['-U', USER, '-d', NAME, '-At', '-c', text]).split('\n').filter(Boolean);
const own = `from pg_stat_activity where datname = '${NAME}' and pid <> pg_backend_pid()`;
const ask = (method: string, path: string, body?: object) =>
  fetch(`${system.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${admin.token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
const request = (requestId: string) =>
  ask('POST', '/api/v1/assessments', { requestId, assessmentType: 'compliance', targetServers: ['none'] });

it('goes by the clock of the database, though that of its host is ten minutes ahead', async () => {
  const iso = (inSeconds: number) => new Date(Date.now() + inSeconds * 1000).toISOString();
  const mint = (expiresAt: string) => admin.call.mintApprovalToken({ body: { reason: 'reviewed', expiresAt } });
  // Past by the host's clock, not by the database's.
  expect(accepted(await mint(iso(300))).expiresAt).toBeDefined();
  const late = await mint(iso(-5));
  expect(refusedAs(late)).toBe('invalid_request');
  expect(JSON.stringify(late)).toContain('/expiresAt');
  // The most there is: a day from now, by the database.
  accepted(await mint(iso(86_400 - 60)));
  expect(refusedAs(await mint(iso(86_400 + 120)))).toBe('invalid_request');
  const { logs } = accepted(await admin.call.listAuditLogs({ query: { action: 'approval_token_minted', limit: 1 } }));
  expect(Math.abs(Date.parse(logs[0]?.timestamp ?? '') - Date.now())).toBeLessThan(60_000);
});

/** Three clients that write all the time; what is refused must say that it may be asked again. */
function keepWriting(name: string) {
  const acknowledged: string[] = [];
  const refused: string[] = [];
  let stopping = false;
  const client = async (nth: number): Promise<void> => {
    for (let turn = 0; !stopping; turn += 1) {
      const id = `${name}-${nth}-${turn}`;
      const answer = await request(id);
      if (answer.status === 202) acknowledged.push(id);
      else {
        expect(answer.status, await answer.text()).toBe(503);
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        refused.push(id);
      }
    }
  };
  const clients = [client(1), client(2), client(3)];
  const stop = async (): Promise<void> => {
    stopping = true;
    await Promise.all(clients);
  };
  return { acknowledged, refused, stop };
}

async function expectNothingLost({ acknowledged, refused }: ReturnType<typeof keepWriting>): Promise<void> {
  await eventually(async () => expect((await ask('GET', '/readyz')).status).toBe(200));
  const kept = new Set(query('select id from assessments'));
  expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
  const records = new Set(query(`select target from audit_logs where action = 'assessment_requested'`));
  expect(
    [...kept].filter((id) => !records.has(id)),
    'each has its record',
  ).toEqual([]);
  for (const id of refused) expect((await request(id)).status, 'asked again').toBe(202);
  expect(accepted(await admin.call.verifyAudit())).toMatchObject({ valid: true });
}

it('a PostgreSQL that ends every connection again and again loses no acknowledged write', {
  timeout: 120_000,
}, async () => {
  const writes = keepWriting('write');
  for (let round = 0; round < ROUNDS; round += 1) {
    const enough = writes.acknowledged.length + 8;
    await eventually(() => Promise.resolve(expect(writes.acknowledged.length).toBeGreaterThan(enough)));
    query(`select pg_terminate_backend(pid) ${own}`);
  }
  await writes.stop();
  await expectNothingLost(writes);
});

it('a PostgreSQL without a connection left answers 503, and loses no acknowledged write', {
  timeout: 120_000,
}, async () => {
  const asSuperuser = (...statements: string[]) =>
    database.client('psql', ['-d', postgres.url, ...statements.flatMap((statement) => ['-c', statement])]);
  const writes = keepWriting('full');
  const { acknowledged, refused } = writes;
  await eventually(() => Promise.resolve(expect(acknowledged.length).toBeGreaterThan(8)));
  asSuperuser(`alter database ${NAME} connection limit 0`, `select pg_terminate_backend(pid) ${own}`);
  try {
    await eventually(() => Promise.resolve(expect(refused.length).toBeGreaterThan(8)));
    expect((await ask('GET', '/readyz')).status).toBe(503);
  } finally {
    asSuperuser(`alter database ${NAME} connection limit -1`);
  }
  const enough = acknowledged.length;
  await eventually(() => Promise.resolve(expect(acknowledged.length).toBeGreaterThan(enough)));
  await writes.stop();
  await expectNothingLost(writes);
});

it('a PostgreSQL that is paused answers 503, and all goes on when it does', { timeout: 180_000 }, async () => {
  const backends = query(`select pid ${own}`).map(Number);
  const postmaster = Number(execFileSync('ps', ['-o', 'ppid=', '-p', `${backends[0]}`], { encoding: 'utf8' }));
  const all = (signal: NodeJS.Signals): void => {
    for (const pid of [postmaster, ...backends]) process.kill(pid, signal);
  };
  all('SIGSTOP');
  try {
    const since = performance.now();
    const answer = await ask('GET', '/api/v1/servers');
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await answer.json()).toMatchObject({ code: 'dependency_unavailable' });
    expect((await ask('GET', '/readyz')).status).toBe(503);
    expect((await ask('GET', '/livez')).status).toBe(200);
    expect(performance.now() - since).toBeLessThan(ANSWER_WITHIN_MS);
  } finally {
    all('SIGCONT');
  }
  await eventually(async () => expect((await ask('GET', '/readyz')).status).toBe(200));
  await eventually(async () => expect((await request('after-the-pause')).status).toBe(202));
});
