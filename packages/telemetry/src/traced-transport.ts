import type { Span } from '@opentelemetry/api';
import { carrierOf, failed, underSpan } from './tracing.ts';

type Receive<Message> = (message: Message, ...more: never[]) => void;
/** What of an MCP transport is looked at here; messages are JSON-RPC 2.0. */
export interface Traceable<Message> {
  onmessage?: Receive<Message> | undefined;
  send(message: Message, ...more: never[]): Promise<void>;
}
interface Seen {
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: { readonly name?: unknown; readonly _meta?: unknown };
  readonly result?: { readonly isError?: unknown };
  readonly error?: { readonly code?: unknown };
}

/**
 * Gives each MCP request that comes over this transport a span, from its arrival until its answer is sent, as a part of the
 * trace that its `_meta` names. To be called before anyone listens.
 */
export function traceRequests<Message>(transport: Traceable<Message>): void {
  const open = new Map<string | number, Span>();
  const begin = (message: Message, receive: () => void): void => {
    const { id, method, params } = message as Seen;
    if (id === undefined || method === undefined) {
      receive();
      return;
    }
    const name = typeof params?.name === 'string' ? `${method} ${params.name}` : method;
    const attributes = { 'rpc.system': 'jsonrpc', 'rpc.method': method };
    underSpan(name, { role: 'server', from: carrierOf(params?._meta), attributes }, (span) => {
      open.set(id, span);
      receive();
    });
  };
  const end = ({ id, method, result, error }: Seen): void => {
    const span = id === undefined || method !== undefined ? undefined : open.get(id);
    if (span === undefined || id === undefined) return;
    open.delete(id);
    if (error !== undefined) failed(span, `JSON-RPC error ${String(error.code)}`);
    else if (result?.isError === true) failed(span, 'the tool answered with an error');
    span.end();
  };

  let listener: Receive<Message> | undefined;
  // Whoever serves sets it, once or again, and the transport calls what it reads.
  Object.defineProperty(transport, 'onmessage', {
    get: (): Receive<Message> | undefined =>
      listener && ((message, ...more) => begin(message, () => listener?.(message, ...more))),
    set: (given: Receive<Message> | undefined) => {
      listener = given;
    },
  });
  const send = transport.send.bind(transport);
  transport.send = (message, ...more) => {
    end(message as Seen);
    return send(message, ...more);
  };
}
