import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { endAllFamilies, endOrphans, ProcessFamily } from './process-family.ts';
import { fromPs, fromStat, processTable } from './process-table.ts';

let folder: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'family-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const sleeper = 'setInterval(() => {}, 1e6)';
/** Code that starts `inner` as a process of its own and writes its number down. */
const starting = (inner: string, options: string, then = sleeper) =>
  `const c = require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(inner)}], ${options}); require('fs').writeFileSync('pid', String(c.pid)); c.unref(); ${then}`;

async function family(code: string) {
  const made = new ProcessFamily();
  child = spawn(process.execPath, ['-e', code], {
    cwd: folder,
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, ...made.environment },
  });
  made.begin(child.pid ?? 0);
  const pid = await vi.waitFor(() => {
    const text = readFileSync(join(folder, 'pid'), 'utf8');
    if (text === '') throw new Error('not yet');
    return Number(text);
  });
  return { made, pid };
}
const lives = (pid: number): boolean =>
  processTable('linux')
    .list()
    .some((one) => one.pid === pid && !one.ended);

describe('a family of processes', () => {
  it.each([
    ['a child', starting(sleeper, '{ stdio: "ignore" }')],
    ['a child in a session of its own', starting(sleeper, '{ stdio: "ignore", detached: true }')],
    [
      'a child in a session of its own whose parent has ended',
      starting(sleeper, '{ stdio: "ignore", detached: true }', 'process.exit(0)'),
    ],
    [
      'a child in a session of its own, with an empty environment',
      starting(sleeper, '{ stdio: "ignore", detached: true, env: {} }'),
    ],
  ])('is ended with %s', async (_what, code) => {
    const { made, pid } = await family(code);
    expect(lives(pid)).toBe(true);
    made.end();
    await vi.waitFor(() => expect([lives(pid), lives(child?.pid ?? 0)]).toEqual([false, false]));
  });

  it('knows whom it saw, also when nothing binds them any more', async () => {
    const { made, pid } = await family(
      starting(
        sleeper,
        '{ stdio: "ignore", detached: true, env: {} }',
        `process.on("SIGUSR2", () => process.exit(0)); ${sleeper}`,
      ),
    );
    expect(made.members()).toContain(pid);
    const gone = new Promise((resolve) => child?.once('exit', resolve));
    child?.kill('SIGUSR2');
    await gone;
    made.end();
    await vi.waitFor(() => expect(lives(pid)).toBe(false));
  });

  it('is ended when it has more children faster than one can count', async () => {
    const again = `require('child_process').spawn('sleep', ['20'], { stdio: 'ignore', detached: true }).unref()`;
    const { made } = await family(
      `setInterval(() => ${again}, 5); require('fs').writeFileSync('pid', String(process.pid))`,
    );
    await vi.waitFor(() => expect(made.members().length).toBeGreaterThan(3), 10_000);
    made.end();
    await vi.waitFor(() => expect(made.members()).toEqual([]));
  });

  it('leaves everyone else alone', async () => {
    const other = spawn(process.execPath, ['-e', sleeper], { stdio: 'ignore', detached: true });
    const { made } = await family(starting(sleeper, '{ stdio: "ignore" }'));
    made.end();
    expect(lives(other.pid ?? 0)).toBe(true);
    other.kill('SIGKILL');
  });

  it('is ended with this process', async () => {
    const { pid } = await family(starting(sleeper, '{ stdio: "ignore", detached: true }'));
    endAllFamilies();
    await vi.waitFor(() => expect(lives(pid)).toBe(false));
  });
});

describe('what a killed installer left', () => {
  it('is ended by the next one, and nothing that belongs to one that lives', async () => {
    const { made, pid } = await family(starting(sleeper, '{ stdio: "ignore", detached: true }'));
    endOrphans();
    expect(lives(pid)).toBe(true);
    const table = processTable('linux');
    endOrphans({
      list: () => table.list().filter((one) => one.pid === pid),
      variable: (of, name) => table.variable(of, name),
    });
    await vi.waitFor(() => expect(lives(pid)).toBe(false));
    made.end();
  });
});

describe('what the system tells of processes', () => {
  it('is read from /proc, whatever a process calls itself', () => {
    const rest = Array.from({ length: 30 }, (_, index) => String(index)).join(' ');
    expect(fromStat(7, `7 (a) R 1 (b) S 3 4 5 ${rest}`)).toEqual({
      ...{ pid: 7, parent: 3, group: 4, session: 5, born: '15', ended: false },
    });
    const own = processTable('linux')
      .list()
      .find(({ pid }) => pid === process.pid);
    expect(own).toMatchObject({ parent: process.ppid, ended: false, born: expect.stringMatching(/^\d+$/) as string });
  });

  it('is read from ps where there is no /proc', () => {
    expect(fromPs('  10  1  10 S    Mon Nov 24 10:00:00 2026\n  11 10  10 Z+   Mon Nov 24 10:00:01 2026\n\n')).toEqual([
      { pid: 10, parent: 1, group: 10, session: 10, born: 'Mon Nov 24 10:00:00 2026', ended: false },
      { pid: 11, parent: 10, group: 10, session: 10, born: 'Mon Nov 24 10:00:01 2026', ended: true },
    ]);
    const own = processTable('darwin')
      .list()
      .find(({ pid }) => pid === process.pid);
    expect(own).toMatchObject({ parent: process.ppid });
  });
});
