import { carrierOf, failed, type Span, underSpan } from '@mcp-coordinator/telemetry/tracing';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Gives each request a span, by its route: paths hold ids. To be added before any other hook. */
export function traceRequests(app: FastifyInstance): void {
  const spans = new WeakMap<FastifyRequest, Span>();
  app.addHook('onRequest', (request, _reply, done) => {
    const route = request.routeOptions.url ?? 'nothing';
    const attributes = {
      'http.request.method': request.method,
      'http.route': route,
      'mcp_coordinator.request_id': request.id,
    };
    const start = { role: 'server', from: carrierOf(request.headers), attributes } as const;
    // Whatever comes after it in this request is a part of it.
    underSpan(`${request.method} ${route}`, start, (span) => {
      spans.set(request, span);
      done();
    });
  });
  app.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request);
    span?.setAttribute('http.response.status_code', reply.statusCode);
    if (span && reply.statusCode >= 500) failed(span, `HTTP ${reply.statusCode}`);
    span?.end();
    done();
  });
}
