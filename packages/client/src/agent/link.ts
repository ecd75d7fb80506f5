import { type AgentOptions, processTimer, type SetTimer } from './agent-options.ts';
import { type End, holdLink } from './hold-link.ts';
import { redialDelayMs } from './redial-delay.ts';
import { RegistrationRefusedError, register } from './register.ts';

export type { AgentLog } from './agent-options.ts';

export interface Agent {
  /** Closes the link, ends all waiting, and dials no more. */
  stop(): Promise<void>;
}

const NONCE_BYTES = 32;

/** Keeps one link to the coordinator, dialling again whenever it is lost, until it is stopped or fenced by a newer one. */
export function startAgent<Message>(options: AgentOptions<Message>): Agent {
  const stopping = new AbortController();
  const done = run(options, stopping.signal).finally(() =>
    options.onState?.(stopping.signal.aborted ? 'stopped' : 'fenced'),
  );
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

async function run<Message>(options: AgentOptions<Message>, signal: AbortSignal): Promise<void> {
  let failures = 0;
  let everLinked = false;
  while (!signal.aborted) {
    options.onState?.('dialling');
    const end = await dial(options, signal, () => {
      failures = 0;
      everLinked = true;
    });
    if (end === 'fenced') {
      options.log.error(
        {},
        'another process took over this server id; this one stays off the coordinator until it is restarted',
      );
      return;
    }
    if (signal.aborted) return;
    options.onState?.('waiting');
    await pause(
      redialDelayMs(failures++, everLinked, options.random.fraction()),
      options.setTimer ?? processTimer,
      signal,
    );
  }
}

/** One attempt: registers, dials, serves. Resolves when the link has ended or did not come up. */
async function dial<Message>(options: AgentOptions<Message>, signal: AbortSignal, onLinked: () => void): Promise<End> {
  const nonce = Buffer.from(options.random.bytes(NONCE_BYTES)).toString('base64url');
  try {
    const registered = await register(options.coordinatorUrl, options.apiKey, options.registration, nonce, signal);
    return await holdLink(options, { ...registered, nonce }, signal, onLinked);
  } catch (error) {
    if (!signal.aborted) logFailure(options, error);
    return 'closed';
  }
}

function logFailure(
  { log, coordinatorUrl }: Pick<AgentOptions<never>, 'log' | 'coordinatorUrl'>,
  error: unknown,
): void {
  if (error instanceof RegistrationRefusedError) {
    log.error(
      { status: error.status, reason: error.message },
      'the coordinator refused the registration; trying again later',
    );
    return;
  }
  log.info({ coordinatorUrl, reason: reasonOf(error) }, 'the coordinator does not answer yet');
}

const reasonOf = (error: unknown): string =>
  error instanceof Error
    ? `${error.message}${error.cause instanceof Error ? `: ${error.cause.message}` : ''}`
    : String(error);

function pause(milliseconds: number, setTimer: SetTimer, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = setTimer(finish, milliseconds);
    function finish(): void {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    }
    if (signal.aborted) finish();
    else signal.addEventListener('abort', finish, { once: true });
  });
}
