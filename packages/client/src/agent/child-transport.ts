import { type ChildProcess, spawn } from 'node:child_process';
import { type JSONRPCMessage, ReadBuffer, serializeMessage, type Transport } from '@modelcontextprotocol/client';
import { ProcessFamily } from './process-family.ts';

/** A single message above this ends the server: its definitions could not be kept anyway. */
const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;
const STDERR_BYTES_KEPT = 8192;
/** What npx says of itself around the server's own words. */
const NOISE = /^npm (?:notice|warn)\b/i;
/** After stdin was closed, and again after SIGTERM. */
const GRACE_MS = 500;

/** What to start. May hold secrets. */
export interface ProcessSpec {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** A stdio server, which is always ended with everything that it started. */
export class ChildTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: Transport['onmessage'];
  readonly #spec: ProcessSpec;
  readonly #buffer = new ReadBuffer({ maxBufferSize: MESSAGE_BYTES_MAX });
  readonly #family = new ProcessFamily();
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #stderr = '';
  #end = '';

  constructor(spec: ProcessSpec) {
    this.#spec = spec;
  }

  /** The last the server wrote to stderr, and how it ended. May hold secrets: mask before it goes anywhere. */
  get lastWords(): string {
    const lines = this.#stderr
      .trim()
      .split('\n')
      .filter((line) => !NOISE.test(line));
    return [lines.slice(-5).join('\n'), this.#end].filter((part) => part !== '').join('\n');
  }

  /** Ids of the processes it consists of now. */
  members(): number[] {
    return this.#family.members();
  }

  /** Ends it at once, with everything that it started. */
  kill(): void {
    this.#family.end();
  }

  start(): Promise<void> {
    const { command, args, env, cwd } = this.#spec;
    const child = spawn(command, args, {
      env: { ...env, ...this.#family.environment },
      cwd,
      detached: true,
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    if (child.pid !== undefined) this.#family.begin(child.pid);
    child.stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-STDERR_BYTES_KEPT);
    });
    child.stdin.on('error', () => undefined);
    this.#exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => this.#ended(`ended with ${signal ?? `code ${code}`}`, resolve));
      child.once('error', (error) => this.#ended(`could not be started: ${error.message}`, resolve));
    });
    return Promise.resolve();
  }

  #ended(how: string, resolve: () => void): void {
    this.#end = how;
    resolve();
    this.#family.end();
    this.onclose?.();
  }

  #receive(chunk: Buffer): void {
    try {
      this.#buffer.append(chunk);
      for (let message = this.#buffer.readMessage(); message !== null; message = this.#buffer.readMessage())
        this.onmessage?.(message);
    } catch (error) {
      // A line that is no message (a log on stdout), or too much of one: what this server says cannot be followed.
      this.onerror?.(error instanceof Error ? error : new Error(String(error)));
      if (String(error).includes('size')) this.#family.end();
    }
  }

  send(message: JSONRPCMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      const stdin = this.#child?.stdin;
      if (!stdin?.writable) reject(new Error('the server has ended'));
      else stdin.write(serializeMessage(message), (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Closes stdin, then SIGTERM to its group, then SIGKILL to the whole family; done when all of it is gone. */
  async close(): Promise<void> {
    if (this.#child?.pid === undefined) return;
    this.#child.stdin?.end();
    if (!(await this.#exitsWithin(GRACE_MS))) this.#family.ask('SIGTERM');
    await this.#exitsWithin(GRACE_MS);
    this.#family.end();
    await this.#exited;
  }

  async #exitsWithin(milliseconds: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), milliseconds);
    });
    const gone = await Promise.race([this.#exited.then(() => true as const), late]);
    clearTimeout(timer);
    return gone;
  }
}
