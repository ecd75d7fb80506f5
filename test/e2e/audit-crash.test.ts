import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OwnPostgres, startOwnPostgres } from '../setup/postgres.ts';
import { AUDIT_CHILD, auditChild } from './audit-child.ts';

const KILLS = 20;
const RESTARTS = [7, 14];
/** What an instance acknowledges before it may be killed. */
const ALIVE = 10;

let postgres: OwnPostgres;
const acknowledged: string[] = [];
const alive = new Set<ChildProcess>();

beforeAll(async () => {
  postgres = await startOwnPostgres({ durable: true });
});
afterAll(() => {
  for (const child of alive) child.kill('SIGKILL');
  postgres.stop();
});

interface Instance {
  readonly child: ChildProcess;
  /** How many records it has acknowledged. */
  readonly count: () => number;
  readonly failed: () => string;
}

function start(name: string): Instance {
  const child = spawn(process.execPath, [AUDIT_CHILD, 'write', postgres.url, name], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  alive.add(child);
  child.once('exit', () => alive.delete(child));
  let count = 0;
  let rest = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    acknowledged.push(...lines);
    count += lines.length;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  return { child, count: () => count, failed: () => (child.exitCode === null ? '' : errors || 'it ended') };
}

async function untilAlive({ count, failed }: Instance): Promise<void> {
  while (count() < ALIVE) {
    if (failed() !== '') throw new Error(`an instance ended by itself: ${failed()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function crash({ child, failed }: Instance): Promise<void> {
  if (failed() !== '') throw new Error(`an instance ended by itself: ${failed()}`);
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

it('loses and doubles nothing: two sequencers, twenty kills, two restarts of the database', async () => {
  await auditChild(postgres.url, 'migrate');
  const instances = [start('a'), start('b')];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const at = kill % instances.length;
    const victim = instances[at]!;
    await untilAlive(victim);
    if (RESTARTS.includes(kill)) await postgres.restartImmediately();
    await crash(victim);
    instances[at] = start(`k${kill}`);
  }
  for (const instance of instances) await untilAlive(instance);
  for (const instance of instances) await crash(instance);
  const { verification, targets, records, gaps } = JSON.parse(await auditChild(postgres.url, 'verify'));
  expect(verification.problems).toEqual([]);
  expect(verification).toMatchObject({ valid: true, size: Number(records) });
  expect(Number(gaps)).toBe(0);
  expect(new Set(targets).size).toBe(targets.length);
  expect(acknowledged.length).toBeGreaterThan(KILLS * ALIVE);
  const known = new Set(targets);
  expect(acknowledged.filter((target) => !known.has(target))).toEqual([]);
}, 600_000);
