import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { type Ask, askWith, type TestApp, until } from './harness.ts';

/** Where an instance ends itself: at a statement, in a transaction that holds another one. Both are parts of their texts. */
export interface DeathPoint {
  readonly within: string;
  readonly at: string;
  /** Before it is sent, while nobody knows whether it arrived, or when its answer is there and nobody has been told. */
  readonly when: 'before' | 'sent' | 'done';
}

/** Each of them loads the same program again. */
const COMPILED = fileURLToPath(new URL('../../../../node_modules/.cache/doomed-instance', import.meta.url));
const PROGRAM = fileURLToPath(new URL('./doomed-instance.ts', import.meta.url));

/**
 * A process of its own on the same PostgreSQL, asked once by this person; it kills itself (SIGKILL) on the way. Comes back
 * when the process and its connections are gone, so that what it left stands.
 */
export async function askTheDoomed(
  app: TestApp,
  point: DeathPoint,
  token: string,
  call: (ask: Ask) => Promise<unknown>,
): Promise<void> {
  const { engine } = app.database;
  if (engine.kind !== 'postgres') throw new Error('the embedded database has room for one process');
  const url = new URL(engine.connectionString);
  const name = `doomed-${crypto.randomUUID()}`;
  url.searchParams.set('application_name', name);
  const dataDir = mkdtempSync(join(tmpdir(), 'coordinator-test-'));
  const child = spawn(process.execPath, [PROGRAM, url.href, dataDir, JSON.stringify(point)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
  });
  const gone = once(child, 'exit');
  try {
    const [address] = (await Promise.race([once(child.stdout, 'data'), gone.then(() => [''])])) as [Buffer | string];
    const base = String(address).trim();
    if (base === '') throw new Error('the instance ended before it listened');
    const answered = await call(askWith(base, token)).catch(() => undefined);
    if (answered !== undefined) throw new Error(`the instance lived: ${JSON.stringify(answered)}`);
    const [, signal] = (await gone) as [number | null, NodeJS.Signals | null];
    if (signal !== 'SIGKILL') throw new Error('the instance did not end by its own hand');
  } finally {
    child.kill('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  }
  await until('its connections are gone', async () => {
    const { rows } = await sql`select 1 from pg_stat_activity where application_name = ${name}`.execute(
      app.database.db,
    );
    return rows.length === 0;
  });
}
