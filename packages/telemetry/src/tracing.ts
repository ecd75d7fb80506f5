import { type Attributes, context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

/** Where a trace goes on: W3C Trace Context, as it stands in headers, in `_meta` of an MCP call and in a job. */
export interface TraceCarrier {
  readonly traceparent?: string | undefined;
}
export type { Span };
/** `server` answers somebody, `client` asks somebody, `consumer` takes up what was left for it. */
export type SpanRole = 'server' | 'client' | 'consumer';

export interface SpanStart {
  readonly role: SpanRole;
  /** What is under way where absent. */
  readonly from?: TraceCarrier | undefined;
  readonly attributes?: Attributes;
}

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER } as const;
/** 00-<trace>-<span>-<flags>, in lower-case hexadecimal; what is longer is no traceparent. */
const TRACEPARENT_MAX = 55;

/** The present trace for somebody else to go on with; empty where there is none. */
export function traceCarrier(): TraceCarrier {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent === undefined ? {} : { traceparent: carrier.traceparent };
}

/** Whatever somebody sent as the place to go on from; what is none is left out. */
export const carrierOf = (given: unknown): TraceCarrier => {
  const traceparent = (given as { traceparent?: unknown } | null | undefined)?.traceparent;
  return typeof traceparent === 'string' && traceparent.length <= TRACEPARENT_MAX ? { traceparent } : {};
};

/** Runs `work` with the span as what is under way; whoever called ends the span. */
export function underSpan<T>(name: string, { role, from, attributes = {} }: SpanStart, work: (span: Span) => T): T {
  const parent = from === undefined ? context.active() : propagation.extract(context.active(), from);
  const span = trace.getTracer('mcp-coordinator').startSpan(name, { kind: KINDS[role], attributes }, parent);
  return context.with(trace.setSpan(parent, span), () => work(span));
}

/** A span as long as `work` takes; what it throws marks the span, by its name alone: messages may quote what is private. */
export const withSpan = <T>(name: string, start: SpanStart, work: (span: Span) => Promise<T>): Promise<T> =>
  underSpan(name, start, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      failed(span, error instanceof Error ? error.name : 'unknown');
      throw error;
    } finally {
      span.end();
    }
  });

export const failed = (span: Span, reason: string): void => {
  span.setStatus({ code: SpanStatusCode.ERROR, message: reason });
};
