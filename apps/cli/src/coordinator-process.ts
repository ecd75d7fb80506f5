import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { REFUSAL_CODES } from '@mcp-coordinator/contract/refusals';
import { z } from 'zod';
import { CliError, refusalError } from './cli-error.ts';
import { EXIT } from './exit-codes.ts';
import type { Environment } from './settings.ts';

export interface CoordinatorProcess {
  readonly execPath: string;
  readonly environment: Environment;
  readonly workingFolder: string;
}

const answerSchema = z.union([
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), refusal: z.object({ code: z.enum(REFUSAL_CODES), detail: z.string() }) }),
]);

/** The coordinator's own program, started and never imported: it alone knows its database. */
const programOf = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('@mcp-coordinator/coordinator/package.json')), 'src', 'main.ts');

function argumentsFor({ workingFolder }: CoordinatorProcess, args: readonly string[]): string[] {
  const dotEnv = join(workingFolder, '.env');
  return [...(existsSync(dotEnv) ? [`--env-file=${dotEnv}`] : []), programOf(), ...args];
}

/** Runs a command of it with `.env` of this folder, as `npm start` does; answers what it printed. */
async function run(of: CoordinatorProcess, args: readonly string[], input: string) {
  const child = spawn(of.execPath, argumentsFor(of, args), {
    cwd: of.workingFolder,
    env: { ...of.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  const [printed, said, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { printed, said: said.trim(), code };
}

/** Has something done beside the database. A refusal ends the command. */
export async function operate(of: CoordinatorProcess, request: object): Promise<unknown> {
  const { printed, said } = await run(of, ['operate'], JSON.stringify(request));
  const parsed = answerSchema.safeParse(printed === '' ? undefined : JSON.parse(printed));
  if (!parsed.success) throw couldNot(said);
  if (!parsed.data.ok) throw refusalError(parsed.data.refusal);
  return parsed.data.value;
}

export async function migrate(of: CoordinatorProcess, what: 'up' | 'status'): Promise<string> {
  const { printed, said, code } = await run(of, what === 'up' ? ['migrate'] : ['migrate', '--status'], '');
  if (code !== 0) throw couldNot(said);
  return printed.trim();
}

const findingsSchema = z.object({
  findings: z.array(
    z.object({
      what: z.string(),
      state: z.enum(['ok', 'fault', 'fixed', 'unknown']),
      found: z.string(),
      remedy: z.string().nullable(),
    }),
  ),
});
export type DoctorFinding = z.infer<typeof findingsSchema>['findings'][number];

/** Has the coordinator's program look at what keeps it from its work. */
export async function examine(of: CoordinatorProcess, fix: boolean): Promise<DoctorFinding[]> {
  const { printed, said, code } = await run(of, fix ? ['doctor', '--fix'] : ['doctor'], '');
  if (code !== 0) throw couldNot(said);
  return findingsSchema.parse(JSON.parse(printed)).findings;
}

/** Runs it in our place, with our terminal, until it ends; what asks us to stop asks it. Answers its exit code. */
export async function handOver(
  of: CoordinatorProcess,
  args: readonly string[],
  onStop: (stop: (signal: 'SIGINT' | 'SIGTERM') => void) => void,
): Promise<number> {
  const child = spawn(of.execPath, argumentsFor(of, args), {
    cwd: of.workingFolder,
    env: { ...of.environment },
    stdio: 'inherit',
  });
  onStop((signal) => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? EXIT.failure));
  });
}

const couldNot = (said: string): CliError =>
  new CliError(
    EXIT.failure,
    said || 'The coordinator’s program ended without an answer; whether anything was changed is not known.',
    'Run it in the folder, and with the variables, that the coordinator runs with (DATA_DIR, DB_HOST, .env).',
  );
