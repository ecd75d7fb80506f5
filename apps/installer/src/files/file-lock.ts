import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Who holds a lock: a process number alone is reused, with its start time it is not. */
interface Holder {
  readonly pid: number;
  readonly startedAt: string | null;
}

const lockPath = (path: string): string => join(dirname(path), `.${basename(path)}.mcp-installer.lock`);

/** How often and how long one installer waits for another. */
export interface LockPatience {
  readonly tries: number;
  readonly pauseMs: number;
}
const PATIENCE: LockPatience = { tries: 100, pauseMs: 100 };

const turns = new Map<string, Promise<unknown>>();

/**
 * Runs `work` while no other change, of this process or of another installer, holds the file. Null when the lock could not
 * be had in time. A lock whose holder has died is taken over.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>, patience = PATIENCE): Promise<T | null> {
  const before = turns.get(path) ?? Promise.resolve();
  const mine = before.then(() => lockedRun(path, work, patience));
  const settled = mine.catch(() => undefined);
  turns.set(path, settled);
  try {
    return await mine;
  } finally {
    if (turns.get(path) === settled) turns.delete(path);
  }
}

async function lockedRun<T>(path: string, work: () => Promise<T>, { tries, pauseMs }: LockPatience): Promise<T | null> {
  const lock = lockPath(path);
  for (let attempt = 0; attempt < tries; attempt++) {
    if (await tryLock(lock)) {
      try {
        return await work();
      } finally {
        await rm(lock, { force: true });
      }
    }
    await dropIfAbandoned(lock);
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return null;
}

/** The holder is written before the lock appears: nobody ever sees a lock without one. */
async function tryLock(lock: string): Promise<boolean> {
  const draft = `${lock}.${randomBytes(6).toString('hex')}`;
  const holder: Holder = { pid: process.pid, startedAt: await startTime(process.pid) };
  try {
    await writeFile(draft, JSON.stringify(holder), { flag: 'wx', mode: 0o600 });
    await link(draft, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Moves an abandoned lock aside under a name of its own, so that of two who judge it only one removes it. */
async function dropIfAbandoned(lock: string): Promise<void> {
  const seen = await readFile(lock, 'utf8').catch(() => null);
  if (seen === null || (await isHeld(seen))) return;
  const aside = `${lock}.${randomBytes(6).toString('hex')}`;
  try {
    await rename(lock, aside);
    // A lock taken in between is given back: its content is not the one that was judged.
    if ((await readFile(aside, 'utf8')) !== seen) await link(aside, lock).catch(() => undefined);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

async function isHeld(text: string): Promise<boolean> {
  const holder = parseHolder(text);
  if (holder === null || !isAlive(holder.pid)) return false;
  return holder.startedAt === null || holder.startedAt === (await startTime(holder.pid));
}

function parseHolder(text: string): Holder | null {
  try {
    const value = JSON.parse(text) as Partial<Holder> | null;
    return typeof value?.pid === 'number' ? { pid: value.pid, startedAt: value.startedAt ?? null } : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Start time in clock ticks since boot where the system tells (Linux), else null. */
async function startTime(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}
