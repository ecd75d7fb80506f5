import { readFileSync } from 'node:fs';
import { UnreachableError } from '@mcp-coordinator/client/http';
import type { ApiRefusal, Client } from '@mcp-coordinator/client/route-call';
import { CliError, refusalError, usageError } from './cli-error.ts';
import type { DoctorFinding } from './coordinator-process.ts';
import { EXIT } from './exit-codes.ts';
import type { Environment, Settings } from './settings.ts';
import type { Terminal } from './terminal.ts';

/** What a command works with. */
export interface Context {
  readonly terminal: Terminal;
  readonly environment: Environment;
  readonly settings: () => Settings;
  /** Speaks for whoever is signed in. */
  readonly client: () => Client;
  /** Ends with the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Does something beside the database; the answer of the coordinator's own code. */
  readonly operate: (request: object) => Promise<unknown>;
  /** Runs the coordinator's migrations, or tells of them. */
  readonly migrate: (what: 'up' | 'status') => Promise<string>;
  /** What keeps the coordinator from its work; mends what can be mended safely, where that is asked for. */
  readonly examine: (fix: boolean) => Promise<DoctorFinding[]>;
  /** Runs the coordinator's program in our place until it ends; answers its exit code. */
  readonly handOver: (args: readonly string[]) => Promise<number>;
  readonly workingFolder: string;
}

type Answered = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly refusal: ApiRefusal };

/** The value of a success; a refusal ends the command. */
export async function accepted<Answer extends Answered>(
  call: Promise<Answer>,
): Promise<Extract<Answer, { ok: true }>['value']> {
  const answer: Answered = await reached(call);
  if (!answer.ok) throw refusalError(answer.refusal);
  return answer.value;
}

/** For who decides by the refusal what comes next. */
export async function reached<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    throw new CliError(
      EXIT.away,
      `${error.message}. Whether anything was changed is not known where something was to be.`,
      'See that the coordinator runs and that the address is right (--url, COORDINATOR_URL).',
      'unreachable',
    );
  }
}

/** A secret from a file, from stdin (`-`), or typed; never from an argument, which others on the machine can read. */
export async function secretFrom(
  { terminal }: Context,
  file: string | undefined,
  question: string,
  option: string,
): Promise<string> {
  if (file === '-') return firstLine(await terminal.readInput());
  if (file !== undefined) return firstLine(readSecretFile(file));
  if (terminal.interactive) return terminal.askSecret(question);
  throw usageError(
    `${question}: nobody can be asked here; nothing was done.`,
    `Give it by ${option} FILE, or ${option} - for stdin.`,
  );
}

const firstLine = (text: string): string => text.split(/\r?\n/)[0] ?? '';

function readSecretFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw usageError(`${file} cannot be read (${(error as Error).message}); nothing was done.`, 'Check the path.');
  }
}

/** A reason from the option, or asked for. */
export async function reasonFrom({ terminal }: Context, given: string | undefined): Promise<string> {
  if (given) return given;
  if (terminal.interactive) return terminal.ask('Reason');
  throw usageError('A reason is needed, and nobody can be asked here; nothing was done.', 'Give it by --reason TEXT.');
}
