import type { Span } from '@opentelemetry/api';
import { carrierOf, failed, underSpan } from './tracing.ts';

/** What of an MCP transport is looked at here; messages are JSON-RPC 2.0. */
export interface Traceable<Message> {
  onmessage?: ((message: Message, ...more: never[]) => void) | undefined;
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
 * trace that its `_meta` names. To be called once whoever serves has set `onmessage`.
 */
export function traceRequests<Message>(transport: Traceable<Message>): void {
  const open = new Map<string | number, Span>();
  const { onmessage } = transport;
  const send = transport.send.bind(transport) as (message: Message, ...more: unknown[]) => Promise<void>;
  transport.onmessage = (message, ...more) => {
    const { id, method, params } = message as Seen;
    if (id === undefined || method === undefined) return onmessage?.(message, ...more);
    const tool = typeof params?.name === 'string' ? ` ${params.name}` : '';
    const attributes = { 'rpc.system': 'jsonrpc', 'rpc.method': method };
    return underSpan(`${method}${tool}`, { role: 'server', from: carrierOf(params?._meta), attributes }, (span) => {
      open.set(id, span);
      return onmessage?.(message, ...more);
    });
  };
  transport.send = (message, ...more) => {
    const { id, method, result, error } = message as Seen;
    const span = id === undefined || method !== undefined ? undefined : open.get(id);
    if (span && id !== undefined) {
      open.delete(id);
      if (error !== undefined) failed(span, `JSON-RPC error ${String(error.code)}`);
      else if (result?.isError === true) failed(span, 'the tool answered with an error');
      span.end();
    }
    return send(message, ...more);
  };
}
