import { timingSafeEqual } from 'node:crypto';
import { refuse } from '@mcp-coordinator/contract/refusals';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sha256Hex } from '../runtime.ts';
import type { Authenticate } from './authenticate-request.ts';
import { may } from './caller.ts';
import { sendProblem } from './problem.ts';
import type { Missing } from './readiness.ts';

export interface RootRoutesOptions {
  authenticate: Authenticate;
  /** What is not ready, and why; empty when all is. */
  missing: Missing;
  jwks: () => Promise<unknown>;
  /** By the `Accept` of whoever scrapes. */
  prometheus: (accept: string) => Promise<{ contentType: string; text: string }>;
  metricsToken: string | null;
}

/** What lies beside the API: health, the keys that sign grants, and the scrape. */
export function addRootRoutes(app: FastifyInstance, options: RootRoutesOptions): void {
  const readiness = async (_request: FastifyRequest, reply: FastifyReply) => {
    const missing = await options.missing();
    const ready = missing.length === 0;
    if (!ready) void reply.header('retry-after', '5');
    return reply.code(ready ? 200 : 503).send({ success: ready, status: ready ? 'ready' : 'not_ready', missing });
  };
  app.get('/livez', () => ({ success: true, status: 'alive' }));
  app.get('/readyz', readiness);
  app.get('/healthz', readiness);
  app.get('/.well-known/jwks.json', () => options.jwks());
  app.get('/metrics', async (request, reply) => {
    const allowed = isScraper(request, options.metricsToken) || (await mayViewMetrics(request, options.authenticate));
    if (!allowed)
      return sendProblem(
        reply,
        refuse('unauthenticated', 'This needs METRICS_TOKEN, or a token with view_metrics.'),
        request.id,
      );
    const { contentType, text } = await options.prometheus(request.headers.accept ?? '');
    return reply.type(contentType).send(text);
  });
}

function isScraper(request: FastifyRequest, token: string | null): boolean {
  if (token === null) return false;
  // Hashed first, so that the comparison takes the same time whatever was sent.
  return timingSafeEqual(
    Buffer.from(sha256Hex(request.headers.authorization ?? '')),
    Buffer.from(sha256Hex(`Bearer ${token}`)),
  );
}

async function mayViewMetrics(request: FastifyRequest, authenticate: Authenticate): Promise<boolean> {
  const checked = await authenticate(request, { method: 'GET', access: ['view_metrics'] });
  return checked.ok && may(checked.value, 'view_metrics');
}
