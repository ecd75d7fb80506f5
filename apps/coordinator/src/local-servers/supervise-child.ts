import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Logger } from 'pino';

export interface ChildProgram {
  name: string;
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
}
export interface SupervisedChild {
  stop(): Promise<void>;
}

const RESTART_MS_MIN = 500;
const RESTART_MS_MAX = 30_000;
/** A child that ran this long was well: its next restart is quick again. */
const WELL_AFTER_MS = 60_000;
const STOP_WITHIN_MS = 5_000;

/** Keeps a program running: started again with growing pauses when it ends, stopped with us. Its stdin is our life line. */
export function superviseChild(program: ChildProgram, log: Logger): SupervisedChild {
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = RESTART_MS_MIN;
  let stopping = false;

  const start = (): void => {
    const startedAt = Date.now();
    // The pipe on stdin closes with this process, however it ends, and then the child stops by itself.
    child = spawn(program.command, [...program.args], { env: { ...program.env }, stdio: ['pipe', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) relay(stream, program.name, log);
    child.on('error', (error) => log.error({ err: error }, `${program.name} could not be started`));
    child.on('exit', (code, signal) => {
      if (stopping) return;
      if (Date.now() - startedAt > WELL_AFTER_MS) pauseMs = RESTART_MS_MIN;
      log.error({ code, signal, pauseMs }, `${program.name} ended and is started again`);
      timer = setTimeout(start, pauseMs);
      pauseMs = Math.min(pauseMs * 2, RESTART_MS_MAX);
    });
  };
  start();

  return {
    stop: async () => {
      stopping = true;
      clearTimeout(timer);
      const running = child;
      if (!running || running.exitCode !== null || running.signalCode !== null) return;
      const ended = new Promise<void>((resolve) => running.once('exit', () => resolve()));
      running.kill('SIGTERM');
      const kill = setTimeout(() => running.kill('SIGKILL'), STOP_WITHIN_MS);
      await ended;
      clearTimeout(kill);
    },
  };
}

/** Whole lines of a child into our log, at the level they carry. */
function relay(stream: Readable | null, name: string, log: Logger): void {
  if (!stream) return;
  createInterface({ input: stream }).on('line', (line) => {
    if (line.trim() === '') return;
    const { level, msg, ...facts } = recordOf(line);
    log[level]({ ...facts, from: name }, msg);
  });
}

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
type Level = (typeof LEVELS)[number];
/** By name, or by pino's number: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
const levelOf = (level: unknown): Level | undefined => {
  if (typeof level !== 'number') return LEVELS.find((one) => one === String(level).toLowerCase());
  return LEVELS[Math.min(Math.max(Math.floor(level / 10) - 2, 0), LEVELS.length - 1)];
};

function recordOf(line: string): { level: Level; msg: string } & Record<string, unknown> {
  try {
    const {
      level,
      msg,
      time: _time,
      pid: _pid,
      hostname: _hostname,
      ...facts
    } = JSON.parse(line) as Record<string, unknown>;
    const known = levelOf(level);
    if (known && typeof msg === 'string') return { ...facts, level: known, msg };
  } catch {
    // Not one of our records: whatever a program prints when it dies.
  }
  return { level: 'warn', msg: line.slice(0, 4000) };
}
