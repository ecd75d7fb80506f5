/**
 * MCP over one WebSocket: each text frame is one JSON-RPC message. The server dials in and the coordinator is the MCP client
 * (CONTRACT §5). Structural on both sides: any `ws` socket fits, and the class fits the SDK's `Transport`.
 */
export interface LinkSocket {
  readonly readyState: number;
  send(data: string, done: (error?: Error | null) => void): void;
  close(code?: number, reason?: string): void;
  on(event: 'message', listener: (data: { toString(): string }, isBinary: boolean) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** Frames above this close the link: 8 MiB, room for a large inventory. */
export const LINK_FRAME_BYTES_MAX = 8 * 1024 * 1024;
/** The server that loses its place to a newer link of the same id is told so with this close code. */
export const LINK_CLOSE_FENCED = 4409;
/** The coordinator stops or moves the link: dial again, another instance will answer (RFC 6455 "Service Restart"). */
export const LINK_CLOSE_MOVED = 1012;
export const linkPath = (serverId: string): string => `/api/v1/servers/${encodeURIComponent(serverId)}/link`;

export class LinkTransport<Message> {
  onmessage?: (message: Message) => void;
  onerror?: (error: Error) => void;
  onclose?: () => void;
  readonly #socket: LinkSocket;

  constructor(socket: LinkSocket) {
    this.#socket = socket;
  }

  /** The socket is open already; this only begins to listen. */
  start(): Promise<void> {
    // One turn between messages: the SDK loses the last progress notification when it arrives together with the result.
    let turn = Promise.resolve();
    this.#socket.on('message', (data, isBinary) => {
      turn = turn.then(() => (isBinary ? this.onerror?.(new Error('binary frame')) : this.#receive(data.toString())));
    });
    this.#socket.on('close', () => this.onclose?.());
    this.#socket.on('error', (error) => this.onerror?.(error));
    return Promise.resolve();
  }

  #receive(text: string): void {
    try {
      this.onmessage?.(JSON.parse(text) as Message);
    } catch (cause) {
      this.onerror?.(new Error('unreadable frame on the link', { cause }));
    }
  }

  send(message: Message): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.send(JSON.stringify(message), (error) => (error ? reject(error) : resolve()));
    });
  }

  close(): Promise<void> {
    this.#socket.close(1000);
    return Promise.resolve();
  }
}
