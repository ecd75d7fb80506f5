import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { type ListedProcess, type ProcessTable, processTable } from './process-table.ts';

/** Stands in the environment of all that we start, and so of whatever that starts in turn. */
const MARK_NAME = 'MCP_INSTALLER_FAMILY';
/** How often the family is looked over while it lives: what leaves it without our mark is remembered from before. */
const LOOK_MS = 200;
const ROUNDS_MAX = 50;
const TASKKILL_MS_MAX = 10_000;

const families = new Set<ProcessFamily>();

/**
 * A process that we start and everything that comes of it: its group, whoever bears its mark, their children, and those seen
 * among them before. A child that leaves group and session (`setsid`) and outlives its parent is still one of them.
 */
export class ProcessFamily {
  readonly #mark: string;
  readonly #platform: NodeJS.Platform;
  readonly #table: ProcessTable;
  readonly #seen = new Map<number, string>();
  #leader: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(platform: NodeJS.Platform = process.platform, table: ProcessTable = processTable(platform)) {
    this.#platform = platform;
    this.#table = table;
    this.#mark = `${ownName(table)}:${randomBytes(12).toString('hex')}`;
  }

  /** To be put into the environment of the process that is started. */
  get environment(): Record<string, string> {
    return { [MARK_NAME]: this.#mark };
  }

  begin(leader: number): void {
    this.#leader = leader;
    families.add(this);
    this.#timer = setInterval(() => this.members('kin'), LOOK_MS);
    this.#timer.unref();
    this.members('kin');
  }

  /** Asks the leader's group to end; those outside it are not asked. */
  ask(signal: NodeJS.Signals): void {
    if (this.#leader !== undefined && this.#platform !== 'win32') send(-this.#leader, signal);
  }

  /** Ends all of them for good. Each round stops whoever is there first, so that nobody has children meanwhile. */
  end(): void {
    clearInterval(this.#timer);
    families.delete(this);
    if (this.#leader === undefined) return;
    if (this.#platform === 'win32') {
      spawnSync('taskkill', ['/PID', String(this.#leader), '/T', '/F'], { timeout: TASKKILL_MS_MAX });
      return;
    }
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const living = this.members();
      if (living.length === 0) return;
      for (const pid of living) send(pid, 'SIGSTOP');
      for (const pid of [...living, ...this.members()]) send(pid, 'SIGKILL');
    }
  }

  /** Those alive now. To look for the mark in every environment is dear, so looks in between go by kinship alone. */
  members(by: 'kin' | 'kin and mark' = 'kin and mark'): number[] {
    const all = this.#table.list().filter(({ pid, ended }) => pid > 1 && pid !== process.pid && !ended);
    const leader = all.find(({ pid }) => pid === this.#leader);
    // The leader's number may have become someone else's since; its group is ours only as long as it has not.
    const isOurs = leader === undefined || (this.#seen.get(leader.pid) ?? leader.born) === leader.born;
    const belongs = (one: ListedProcess): boolean =>
      this.#seen.get(one.pid) === one.born ||
      (isOurs && (one.group === this.#leader || one.session === this.#leader)) ||
      (by === 'kin and mark' && this.#table.variable(one.pid, MARK_NAME) === this.#mark);
    const found = withDescendants(all.filter(belongs), all);
    for (const { pid, born } of found) this.#seen.set(pid, born);
    return found.map(({ pid }) => pid);
  }
}

function withDescendants(start: readonly ListedProcess[], all: readonly ListedProcess[]): ListedProcess[] {
  const found = new Map(start.map((one) => [one.pid, one]));
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const one of all) if (found.has(one.parent)) found.set(one.pid, one);
  }
  return [...found.values()];
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // ESRCH: it is gone. EPERM: it runs as someone else now (a setuid child); nothing more can be done.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** When a process began. Its number is no part of it: in a container it is another one inside than outside. */
const nameOf = ({ born }: ListedProcess): string => born.replace(/\W+/g, '-');

const ownName = (table: ProcessTable): string =>
  table
    .list()
    .filter(({ pid }) => pid === process.pid)
    .map(nameOf)
    .join('');

/** For the exit of this process: nothing that it started outlives it. */
export function endAllFamilies(): void {
  for (const family of families) family.end();
}

/** For the start: ends what an installer left running that was killed before it could. Only where environments can be read. */
export function endOrphans(table: ProcessTable = processTable(process.platform)): void {
  const all = table.list();
  const alive = new Set(all.map(nameOf));
  const isOrphan = ({ pid, ended }: ListedProcess): boolean => {
    const mark = ended ? null : table.variable(pid, MARK_NAME);
    return mark !== null && !alive.has(mark.split(':')[0] ?? '');
  };
  for (const { pid } of all.filter(isOrphan)) send(pid, 'SIGKILL');
}
