import { LINK_CLOSE_FENCED, LINK_FRAME_BYTES_MAX, LinkTransport } from '@mcp-coordinator/contract/link-transport';
import WebSocket from 'ws';
import { type AgentOptions, type LinkFacts, processTimer } from './agent-options.ts';

/** A coordinator that is alive pings more often than this. */
const SILENCE_MS_MAX = 60_000;
const HANDSHAKE_MS_MAX = 10_000;
/** A peer that does not answer the closing handshake is not waited for. */
const GOODBYE_MS_MAX = 2000;

/** Why a link ended. */
export type End = 'closed' | 'fenced';

/** Dials, serves what comes, and resolves when the link has ended; rejects when it never came up. */
export function holdLink<Message>(
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
): { readonly heard: () => void; readonly end: () => void } {
  let cancel = (): void => undefined;
  return {
    heard: () => {
      cancel();
      cancel = setTimer(() => {
        log.warn({ silentMs: SILENCE_MS_MAX }, 'nothing was heard from the coordinator; dialling again');
        socket.terminate();
      }, SILENCE_MS_MAX);
    },
    end: () => cancel(),
  };
}
