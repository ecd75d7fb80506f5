import { LINK_CLOSE_FENCED, LINK_FRAME_BYTES_MAX, LinkTransport } from '@mcp-coordinator/contract/link-transport';
import WebSocket from 'ws';
import { redialDelayMs } from './redial-delay.ts';
import { type Registered, type Registration, RegistrationRefusedError, register } from './register.ts';

export type AgentState = 'dialling' | 'linked' | 'waiting' | 'fenced' | 'stopped';

/** One link as what serves it sees it: grants that come over it must name this nonce. */
export interface LinkFacts extends Registered {
  readonly nonce: string;
}

export interface AgentLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** A one-shot timer; answers how to call it off. */
export type SetTimer = (run: () => void, milliseconds: number) => () => void;

export interface AgentOptions<Message> {
  readonly coordinatorUrl: string;
  readonly apiKey: string;
  readonly registration: Registration;
  /** Speaks MCP over the link until it closes (the SDK's `serveStdio` with this transport). */
  serve(transport: LinkTransport<Message>, link: LinkFacts): void;
  onState?(state: AgentState): void;
  readonly log: AgentLog;
  readonly random: { bytes(count: number): Uint8Array; fraction(): number };
  readonly setTimer?: SetTimer;
}

export interface Agent {
  /** Closes the link, ends all waiting, and dials no more. */
  stop(): Promise<void>;
}

/** A coordinator that is alive pings more often than this. */
const SILENCE_MS_MAX = 60_000;
const HANDSHAKE_MS_MAX = 10_000;
/** A peer that does not answer the closing handshake is not waited for. */
const GOODBYE_MS_MAX = 2000;
const NONCE_BYTES = 32;

const processTimer: SetTimer = (run, milliseconds) => {
  const timer = setTimeout(run, milliseconds);
  return () => clearTimeout(timer);
};

/** Why a link ended. */
type End = 'closed' | 'fenced';

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
    return await hold(options, { ...registered, nonce }, signal, onLinked);
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

function hold<Message>(
  options: AgentOptions<Message>,
  link: LinkFacts,
  signal: AbortSignal,
  onLinked: () => void,
): Promise<End> {
  const socket = new WebSocket(link.link, {
    headers: { authorization: `Bearer ${options.apiKey}` },
    maxPayload: LINK_FRAME_BYTES_MAX,
    handshakeTimeout: HANDSHAKE_MS_MAX,
    perMessageDeflate: false,
    // One event a turn: a progress message that arrives together with its result is lost otherwise.
    allowSynchronousEvents: false,
  });
  const setTimer = options.setTimer ?? processTimer;
  const quit = () => {
    socket.close(1001, 'stopping');
    socket.once(
      'close',
      setTimer(() => socket.terminate(), GOODBYE_MS_MAX),
    );
  };
  signal.addEventListener('abort', quit, { once: true });
  return new Promise<End>((resolve, reject) => {
    let opened = false;
    const watch = silenceWatch(options, socket);
    socket.on('open', () => {
      opened = true;
      onLinked();
      watch.heard();
      options.log.info({ serverId: link.serverId }, 'linked to the coordinator');
      options.serve(new LinkTransport<Message>(socket), link);
      options.onState?.('linked');
    });
    socket.on('ping', watch.heard);
    socket.on('message', watch.heard);
    socket.on('error', (error) =>
      opened ? options.log.warn({ reason: error.message }, 'the link failed') : reject(error),
    );
    socket.on('close', (code) => {
      watch.end();
      signal.removeEventListener('abort', quit);
      if (opened && !signal.aborted) options.log.warn({ code }, 'the link to the coordinator closed');
      resolve(code === LINK_CLOSE_FENCED ? 'fenced' : 'closed');
    });
    if (signal.aborted) quit();
  });
}

/** Ends a link on which nothing is heard: a half-open connection reports no error by itself. */
function silenceWatch(
  { setTimer = processTimer, log }: Pick<AgentOptions<never>, 'setTimer' | 'log'>,
  socket: WebSocket,
): { heard(): void; end(): void } {
  let cancel = (): void => undefined;
  return {
    heard() {
      cancel();
      cancel = setTimer(() => {
        log.warn({ silentMs: SILENCE_MS_MAX }, 'nothing was heard from the coordinator; dialling again');
        socket.terminate();
      }, SILENCE_MS_MAX);
    },
    end: () => cancel(),
  };
}

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
