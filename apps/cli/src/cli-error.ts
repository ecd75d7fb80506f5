import type { RefusalCode } from '@mcp-coordinator/contract/refusals';
import { EXIT, EXIT_OF, type ExitCode, nextStep } from './exit-codes.ts';

/** Ends the command: what happened, what to do next, and the exit code. */
export class CliError extends Error {
  readonly exit: ExitCode;
  readonly next: string;
  readonly code: string;
  constructor(exit: ExitCode, message: string, next: string, code = 'cli_error') {
    super(message);
    this.exit = exit;
    this.next = next;
    this.code = code;
  }
}

export const usageError = (message: string, next = 'See what the command takes: mcp-coordinator help'): CliError =>
  new CliError(EXIT.usage, message, next, 'usage');

/** What a refusal of the coordinator comes to. */
export const refusalError = ({ code, detail }: { code: RefusalCode; detail: string }): CliError =>
  new CliError(EXIT_OF[code], detail, nextStep(code), code);
