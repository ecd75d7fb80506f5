import { type Logger, pino, stdSerializers, stdTimeFunctions } from 'pino';
import { type LogRotation, openLogFile } from './log-file.ts';
import { jsonLine, readableLine } from './log-lines.ts';
import { createRedaction } from './log-redaction.ts';

/** Standard output, or what stands for it: readable at a terminal, JSON lines anywhere else. */
export interface LogOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Of a terminal; honours NO_COLOR. */
  hasColors?(): boolean;
  on?(event: 'error', listener: () => void): unknown;
}

/** From all to nothing. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export interface LogConfig {
  /** One of LOG_LEVELS. */
  readonly level: string;
  /** The folder is created; the file is made for its owner and group alone. */
  readonly filePath: string;
  readonly rotation: LogRotation;
  readonly stdout: LogOutput | null;
  /** Values that this process knows to be secret, masked wherever they turn up. */
  readonly secrets?: readonly string[];
}

export interface OpenLog {
  /** Bind a request with `log.child({ requestId })`. */
  readonly log: Logger;
  readonly flush: () => void;
  readonly close: () => void;
}

/**
 * Opens the log: one JSON object a line, with the level by name. Every record is masked as a whole, after serialisation and
 * before any output sees it. Throws when the file cannot be opened; a disk that fills up later ends nothing.
 */
export function createLogger({ level, filePath, rotation, stdout, secrets = [] }: LogConfig): OpenLog {
  const file = openLogFile(filePath, rotation, (error) => {
    const reason = error instanceof Error ? error.message : String(error);
    stdout?.write(jsonLine({ level: 'ERROR', msg: `the log file ${filePath} cannot be written: ${reason}` }));
  });
  // Whoever read our output has gone: no reason to end.
  stdout?.on?.('error', () => undefined);

  const redact = createRedaction(secrets);
  const readable = stdout?.isTTY === true;
  const coloured = readable && stdout.hasColors?.() !== false;
  const write = (line: string): void => {
    const record = redact(JSON.parse(line) as Record<string, unknown>);
    const text = jsonLine(record);
    file.append(text);
    stdout?.write(readable ? readableLine(record, coloured) : text);
  };

  const log = pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label.toUpperCase() }), log: keepOwnFields },
      serializers: { err: stdSerializers.errWithCause, error: stdSerializers.errWithCause },
    },
    { write },
  );
  return { log, flush: () => file.flush(), close: () => file.close() };
}

/** An object that comes from outside must not be able to set the line's own level and time. */
const keepOwnFields = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.hasOwn(fields, 'level') || Object.hasOwn(fields, 'time') ? { fields } : fields;
