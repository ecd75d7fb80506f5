import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** One process as the system lists it. `born` tells two processes apart that had the same number. */
export interface ListedProcess {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly born: string;
  /** It has ended and only waits for its parent to take notice. */
  readonly ended: boolean;
}

/** What the system tells of processes. Synchronous, so that it serves on the way out of this process as well. */
export interface ProcessTable {
  list(): ListedProcess[];
  /** The value a process found in its environment under `name`, or null where that cannot be told. */
  variable(pid: number, name: string): string | null;
}

const PS_MS_MAX = 5000;

/** Reads /proc where there is one; asks `ps` elsewhere, which does not show environments. */
export const processTable = (platform: NodeJS.Platform): ProcessTable => (platform === 'linux' ? PROC : PS);

const readOrNull = (path: string): string | null => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // It ended meanwhile, or belongs to someone else.
    return null;
  }
};

const PROC: ProcessTable = {
  list: () =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        const stat = readOrNull(`/proc/${name}/stat`);
        return stat === null ? [] : [fromStat(Number(name), stat)];
      }),
  variable(pid, name) {
    const found = readOrNull(`/proc/${pid}/environ`)
      ?.split('\0')
      .find((text) => text.startsWith(`${name}=`));
    return found?.slice(name.length + 1) ?? null;
  },
};

/** A line of /proc/PID/stat: the name in brackets may hold anything, so the fields are counted from its end. */
export function fromStat(pid: number, stat: string): ListedProcess {
  const [state, parent, group, session, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    born: rest[15] ?? '',
    ended: state === 'Z' || state === 'X',
  };
}

const PS: ProcessTable = {
  list() {
    const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=,lstart='], {
      encoding: 'utf8',
      timeout: PS_MS_MAX,
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    });
    return fromPs(stdout ?? '');
  },
  variable: () => null,
};

export const fromPs = (text: string): ListedProcess[] =>
  text.split('\n').flatMap((line) => {
    const [pid, parent, group, state = '', ...born] = line.trim().split(/\s+/);
    if (!/^\d+$/.test(pid ?? '')) return [];
    // A session cannot be told apart from a group here.
    const numbers = { pid: Number(pid), parent: Number(parent), group: Number(group), session: Number(group) };
    return [{ ...numbers, born: born.join(' '), ended: state.startsWith('Z') }];
  });
