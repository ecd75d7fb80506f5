import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DataFolderError, takeDataFolder } from './data-folder.ts';

let dir: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'data-folder-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

const me = { pid: process.pid, isAlive: () => true };
const lockFile = () => join(dir, 'coordinator.lock');
const startTimeOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19];
const heldBy = (pid: number, startTime = startTimeOf(pid)) =>
  writeFileSync(lockFile(), JSON.stringify({ pid, startTime }));

/** A dead child that its parent, which never asks, has not taken leave of. */
async function aZombie(): Promise<number> {
  const pid = Number(await printedBy('sleep 60 & echo $!; exec sleep 60'));
  const parent = children.at(-1)?.pid;
  await vi.waitFor(() => expect(readFileSync(`/proc/${parent}/comm`, 'utf8')).toBe('sleep\n'));
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(') Z '));
  return pid;
}

/** The first line that a shell command prints, while the command goes on. */
function printedBy(command: string): Promise<string> {
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return new Promise((resolve) => child.stdout?.once('data', (text: Buffer) => resolve(text.toString().trim())));
}

describe('the data folder', () => {
  it('is held until it is released', async () => {
    const folder = await takeDataFolder(dir, me);
    await expect(takeDataFolder(dir, me)).rejects.toThrow(DataFolderError);
    await expect(takeDataFolder(dir, me)).rejects.toThrow(`in use by the process ${process.pid}`);
    folder.release();
    expect(existsSync(lockFile())).toBe(false);
    (await takeDataFolder(dir, me)).release();
  });

  it('is taken over from a process that is dead, a zombie, or another one under the same number', async () => {
    heldBy(Number(await printedBy('echo $$')), '1');
    (await takeDataFolder(dir, me)).release();
    heldBy(await aZombie());
    (await takeDataFolder(dir, me)).release();
    heldBy(process.pid, '1');
    (await takeDataFolder(dir, me)).release();
    writeFileSync(lockFile(), 'not a lock');
    (await takeDataFolder(dir, me)).release();
  });

  it('keeps a secret once made, for its owner alone', async () => {
    const folder = await takeDataFolder(dir, me);
    const [secret] = folder.secret('jwt-secret').read();
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(folder.secret('jwt-secret').read()).toEqual([secret]);
    expect(folder.secret('other').read()).not.toEqual([secret]);
    expect(statSync(join(dir, 'secrets', 'jwt-secret')).mode & 0o777).toBe(0o600);
  });
});
