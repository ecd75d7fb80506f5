import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import fastifyCookie from '@fastify/cookie';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { API_BASE } from '@mcp-coordinator/contract/route';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest, LogController } from 'fastify';
import type { Logger } from 'pino';
import { databaseFault } from '../db/sqlstate.ts';
import { hostAllowed } from './allowed-hosts.ts';
import { type CheckCredential, createAuthenticate } from './authenticate-request.ts';
import { bindRoutes } from './bind-routes.ts';
import { ANONYMOUS } from './caller.ts';
import type { Handlers } from './handlers.ts';
import type { Idempotency } from './idempotency.ts';
import { openApiDocument } from './openapi.ts';
import { parseJson } from './parse-json.ts';
import { endWithProblem, sendProblem } from './problem.ts';
import type { RateLimit } from './rate-limit.ts';
import type { RefusalAudit } from './refusal-audit.ts';
import { requestIdOf } from './request-id.ts';
import { addSecurityHeaders, BARE_HEADERS } from './security-headers.ts';
import { serveDashboard } from './serve-dashboard.ts';
import { traceRequests } from './trace-requests.ts';

export interface AppOptions {
  log: Logger;
  publicUrl: URL;
  version: string;
  tls: { certFile: string; keyFile: string } | null;
  trustProxy: string | null;
  rateLimit: RateLimit;
  dashboardDir: string;
  handlers: Handlers;
  checkCredential: CheckCredential;
  idempotency: Idempotency;
  refusalAudit: RefusalAudit;
  observeRequest: (durationMs: number, failed: boolean) => void;
  /** Routes at the root: health, keys, Prometheus. */
  addRootRoutes: (app: FastifyInstance) => void;
}

const BODY_BYTES_MAX = 1024 * 1024;

export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    trustProxy: options.trustProxy ?? false,
    routerOptions: { maxParamLength: 200 },
    ...(options.tls
      ? { https: { cert: readFileSync(options.tls.certFile), key: readFileSync(options.tls.keyFile) } }
      : {}),
    // What the router refuses before any hook runs: a path that cannot be decoded, or that is far too long.
    frameworkErrors: (error, request, reply) => {
      void reply.headers({ 'x-request-id': request.id, ...BARE_HEADERS });
      const allowed = hostAllowed(request.headers.host, options.publicUrl);
      void sendProblem(reply, allowed ? refusalOf(error) : hostRefusal(), request.id);
    },
    // What is no HTTP at all, or has too many headers.
    clientErrorHandler: (error, socket) => {
      if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
      else
        endWithProblem(
          socket,
          refuse('malformed_json', 'The request could not be read. Nothing was changed.'),
          requestIdOf(undefined),
        );
    },
    genReqId: ({ headers }) => requestIdOf(headers['x-request-id']),
  }) as unknown as FastifyInstance;
  traceRequests(app);
  app.decorateRequest('caller', null as never);
  app.addHook('onRequest', async (request, reply) => {
    request.caller = ANONYMOUS;
    void reply.header('x-request-id', request.id);
    // Answers are about people's machines; what may be kept (assets) says so itself.
    void reply.header('cache-control', 'no-store');
    if (!hostAllowed(request.headers.host, options.publicUrl)) {
      return sendProblem(reply.headers(BARE_HEADERS), hostRefusal(), request.id);
    }
  });
  app.addHook('onResponse', (request, reply, done) => {
    const durationMs = reply.elapsedTime;
    options.observeRequest(durationMs, reply.statusCode >= 500);
    request.log.debug(
      { method: request.method, path: pathOf(request), status: reply.statusCode, durationMs: Math.round(durationMs) },
      'request',
    );
    done();
  });
  acceptJsonOnly(app);
  answerErrors(app);
  await addSecurityHeaders(app, options.publicUrl.protocol === 'https:');
  await app.register(fastifyCookie);
  await documentApi(app, options);
  const { rateLimit } = options;
  bindRoutes(app, {
    handlers: options.handlers,
    authenticate: createAuthenticate(options.checkCredential, options.publicUrl),
    rateLimit,
    idempotency: options.idempotency,
    refusalAudit: options.refusalAudit,
    secureCookies: options.publicUrl.protocol === 'https:',
  });
  options.addRootRoutes(app);
  const servePage = await serveDashboard(app, options.dashboardDir);
  app.setNotFoundHandler(async (request, reply) => {
    const wantsPage = request.method === 'GET' && !/^\/(api|assets|docs|ws)(\/|$)/.test(pathOf(request));
    if (wantsPage && request.headers.accept?.includes('text/html')) return servePage(reply);
    const limited = await rateLimit.take(`address:${request.ip}`, reply);
    const nothing = refuse('not_found', `There is nothing at ${request.method} ${pathOf(request)}.`);
    return sendProblem(reply, limited.ok ? nothing : limited.refusal, request.id);
  });
  return app;
}

/** Whether a commit arrived before the connection was lost, nobody here can say. */
const DATABASE_AWAY =
  'The database does not answer. What was asked for is either done as a whole or not at all: look before you ask again, or send it again with the same id or Idempotency-Key.';

const hostRefusal = (): Refusal =>
  refuse('host_not_allowed', 'This Host is not one of ours. Set PUBLIC_URL to the name that people use.');

const pathOf = (request: FastifyRequest): string => request.url.split('?')[0] ?? '/';

function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const charset = /charset=([^;]+)/i
      .exec(request.headers['content-type'] ?? '')?.[1]
      ?.trim()
      .toLowerCase();
    if (charset !== undefined && charset !== 'utf-8' && charset !== '"utf-8"') {
      return done(new EdgeRefusal(refuse('unsupported_media_type', 'JSON is read as UTF-8. Nothing was changed.')));
    }
    const bytes = body as Buffer;
    // A POST without content has no body to judge; the route says whether it wants one.
    if (bytes.length === 0) return done(null, undefined);
    if (!isUtf8(bytes))
      return done(new EdgeRefusal(refuse('malformed_json', 'The body is not UTF-8. Nothing was changed.')));
    const parsed = parseJson(bytes.toString('utf8'));
    if (parsed.ok) done(null, parsed.value);
    else done(new EdgeRefusal(parsed.refusal));
  });
}

/** Carries a refusal through a place where Fastify takes only errors. */
class EdgeRefusal extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const refusal = refusalOf(error);
    if (refusal.code === 'internal_error') request.log.error({ err: error, path: pathOf(request) }, 'request failed');
    else if (refusal.code === 'dependency_unavailable')
      request.log.warn({ err: error.message }, 'the database is away');
    return sendProblem(reply, refusal, request.id);
  });
}

function refusalOf(error: FastifyError): Refusal {
  if (error instanceof EdgeRefusal) return error.refusal;
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return refuse('payload_too_large', 'The body is over 1 MiB. Nothing was changed.');
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return refuse('unsupported_media_type', 'Send JSON with Content-Type: application/json. Nothing was changed.');
  if (error.code === 'FST_ERR_MAX_PARAM_LENGTH') return refuse('not_found', 'There is nothing at a path this long.');
  if (error.code?.startsWith('FST_ERR_') || (error.statusCode !== undefined && error.statusCode < 500)) {
    return refuse('malformed_json', 'The request could not be read. Nothing was changed.');
  }
  if (databaseFault(error) === 'unavailable') {
    return refuse('dependency_unavailable', DATABASE_AWAY, {
      retryAfterSeconds: 5,
    });
  }
  return refuse('internal_error', 'Something went wrong on our side. The log has the details under this requestId.');
}

async function documentApi(app: FastifyInstance, { publicUrl, version }: AppOptions): Promise<void> {
  const document = openApiDocument(publicUrl, version);
  // The plugin's own type covers OpenAPI 3.0 documents; ours is 3.1 and valid by the tests.
  await app.register(swagger, { mode: 'static', specification: { document: document as never } });
  await app.register(swaggerUi, { routePrefix: '/docs', uiConfig: { deepLinking: true } });
  app.get(`${API_BASE}/openapi.json`, (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(JSON.stringify(document)),
  );
}
