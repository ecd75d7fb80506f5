import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MILLISECONDS = 200;
/** Taking a stale lock away takes microseconds; whoever has been at it for this long has died over it. */
const BREAKING_MILLISECONDS_MAX = 10_000;

/**
 * Tells a process from a later one with the same id. Without /proc, the id alone must do.
 * @param {number} pid
 * @returns {string | undefined} undefined when no such process runs
 */
function identity(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPERM') return undefined;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Fields are counted from behind the name, which may itself hold spaces and brackets: 0 is the state, 19 the start time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : `${pid} ${fields[19]}`;
  } catch {
    return `${pid}`;
  }
}

/**
 * Fails when the file exists, like open with O_EXCL, and makes it appear with its content already in it.
 * @param {string} file
 * @returns {boolean}
 */
function createExclusively(file) {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, identity(process.pid) ?? '', { flag: 'w' });
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/**
 * @param {string} file
 * @returns {boolean} whether the lock's holder is gone
 */
function isStale(file) {
  try {
    const holder = readFileSync(file, 'utf8');
    return identity(Number.parseInt(holder, 10)) !== holder;
  } catch {
    return false;
  }
}

/**
 * One process at a time removes a stale lock, and looks again before it does: two that had seen the same dead holder
 * would otherwise remove each other's fresh lock.
 * @param {string} file
 */
function breakStaleLock(file) {
  const breaking = `${file}.breaking`;
  if (createExclusively(breaking)) {
    if (isStale(file)) rmSync(file, { force: true });
    rmSync(breaking, { force: true });
    return;
  }
  const since = statSync(breaking, { throwIfNoEntry: false })?.mtimeMs;
  if (since !== undefined && Date.now() - since > BREAKING_MILLISECONDS_MAX) rmSync(breaking, { force: true });
}

/**
 * Runs `work` while no other process on this machine runs any under the same file.
 * @template T
 * @param {string} file
 * @param {() => T | Promise<T>} work
 * @param {() => void} onWait called once when another process is at work
 * @returns {Promise<T>}
 */
export async function withExclusiveLock(file, work, onWait = () => {}) {
  mkdirSync(dirname(file), { recursive: true });
  for (let waited = false; !createExclusively(file); waited = true) {
    if (isStale(file)) {
      breakStaleLock(file);
      continue;
    }
    if (!waited) onWait();
    await sleep(POLL_MILLISECONDS);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
