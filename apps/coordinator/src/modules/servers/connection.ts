import { type LinkSocket, LinkTransport } from '@mcp-coordinator/contract/link-transport';
import type { Transport } from '@modelcontextprotocol/client';
import type { WebSocket } from 'ws';

/** What an MCP session with a server runs over, whoever dialled. */
export interface Connection {
  readonly transport: Transport;
  /** Ends it; the code and reason go to the peer where the connection can carry them. */
  end(code: number, reason: string): void;
  /** Called once, however it ended. */
  onEnd(listener: () => void): void;
}

const HEARTBEAT_MS = 15_000;
/** A peer that does not answer the close is not waited for. */
const GOODBYE_MS_MAX = 500;

/** The link of a server that dialled in. */
export function overSocket(socket: WebSocket): Connection {
  beat(socket);
  return {
    // Structurally the SDK's transport; its message type is the SDK's own.
    transport: new LinkTransport<never>(socket satisfies LinkSocket) as unknown as Transport,
    end: (code, reason) => {
      socket.close(code, reason);
      setTimeout(() => socket.terminate(), GOODBYE_MS_MAX).unref();
    },
    onEnd: (listener) => void socket.once('close', listener),
  };
}

/** Pings by the socket itself; a peer silent for two beats is gone. */
function beat(socket: WebSocket): void {
  let alive = true;
  socket.on('pong', () => {
    alive = true;
  });
  const timer = setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  }, HEARTBEAT_MS);
  timer.unref();
  socket.on('close', () => clearInterval(timer));
}
