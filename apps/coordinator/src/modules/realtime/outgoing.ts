import { CLOSE_TOO_SLOW, type ServerMessage } from '@mcp-coordinator/contract/realtime.contract';
import type { WebSocket } from 'ws';

/** What may wait for a reader, in the socket and before it. */
export const BUFFERED_BYTES_MAX = 1024 * 1024;
/** A reader that does not read gets no close frame either: its connection is cut after this. */
const CUT_AFTER_MS = 5_000;

export interface Outgoing {
  /** Puts an event, serialised once for all, with those that wait for the next frame. */
  readonly add: (text: string) => void;
  /** Sends what waits as one frame. */
  readonly flush: () => void;
  /** Sends an answer, after the events that came before it. */
  readonly answer: (message: ServerMessage) => void;
  /** Sends a frame and resolves when the operating system took it: for a replay, which goes as fast as the reader. */
  readonly sendAll: (texts: readonly string[]) => Promise<void>;
  readonly close: (code: number, reason: string) => void;
  readonly isEmpty: boolean;
}

const frameOf = (texts: readonly string[]): string => (texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(',')}]`);

export function createOutgoing(socket: WebSocket): Outgoing {
  let waiting: string[] = [];
  let waitingLength = 0;

  const close = (code: number, reason: string): void => {
    waiting = [];
    waitingLength = 0;
    if (socket.readyState !== socket.OPEN) return;
    socket.close(code, reason);
    const cut = setTimeout(() => socket.terminate(), CUT_AFTER_MS);
    socket.once('close', () => clearTimeout(cut));
  };
  const isTooSlow = (): boolean => socket.bufferedAmount + waitingLength > BUFFERED_BYTES_MAX;
  const send = (text: string): void => {
    if (socket.readyState === socket.OPEN) socket.send(text);
  };
  const flush = (): void => {
    if (waiting.length === 0) return;
    const texts = waiting;
    waiting = [];
    waitingLength = 0;
    send(frameOf(texts));
  };

  return {
    get isEmpty() {
      return waiting.length === 0;
    },
    add: (text) => {
      if (socket.readyState !== socket.OPEN) return;
      waiting.push(text);
      waitingLength += text.length;
      if (isTooSlow()) close(CLOSE_TOO_SLOW, 'events are read too slowly');
    },
    flush,
    answer: (message) => {
      flush();
      send(JSON.stringify(message));
      if (isTooSlow()) close(CLOSE_TOO_SLOW, 'answers are read too slowly');
    },
    sendAll: (texts) =>
      new Promise((resolve, reject) => {
        socket.send(frameOf(texts), (error) => (error ? reject(error) : resolve()));
      }),
    close,
  };
}
