import { Readable } from 'node:stream';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { API_BASE, type RouteDefinition } from '@mcp-coordinator/contract/route';
import { type RouteName, routes } from '@mcp-coordinator/contract/routes';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticate } from './authenticate-request.ts';
import { ANONYMOUS, type Anonymous, type Caller } from './caller.ts';
import type { CookieChange, Handlers } from './handlers.ts';
import type { Idempotency } from './idempotency.ts';
import { sendProblem } from './problem.ts';
import type { RateLimit } from './rate-limit.ts';
import type { RefusalAudit } from './refusal-audit.ts';
import { validateCall } from './validate-call.ts';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | Anonymous;
  }
}

interface Binding {
  handlers: Handlers;
  authenticate: Authenticate;
  rateLimit: RateLimit;
  idempotency: Idempotency;
  refusalAudit: RefusalAudit;
  secureCookies: boolean;
}

/** The untyped view of a handler: the route table and the handlers agree by type, and validation has made the call fit. */
type AnyHandler = (
  call: Record<string, unknown>,
) => Promise<{ status: number; body: unknown; cookies?: readonly CookieChange[] } | { refusal: Refusal }>;

/** Binds every route of the contract: authenticated, permitted, limited, valid, then the handler (CONTRACT §1). */
export function bindRoutes(app: FastifyInstance, binding: Binding): void {
  for (const name of Object.keys(routes) as RouteName[]) bindRoute(app, name, routes[name], binding);
}

function bindRoute(app: FastifyInstance, name: RouteName, route: RouteDefinition, binding: Binding): void {
  // The table is typed handler by handler; looked up by name the compiler sees only their union.
  const handler = binding.handlers[name] as unknown as AnyHandler;
  const refuseCall = async (request: FastifyRequest, reply: FastifyReply, refusal: Refusal): Promise<FastifyReply> => {
    await binding.refusalAudit.record({
      route: name,
      caller: request.caller,
      address: request.ip,
      target: targetOf(request),
      refusal,
      requestId: request.id,
    });
    return sendProblem(reply, refusal, request.id);
  };

  app.route({
    method: route.method,
    url: `${API_BASE}${route.path}`,
    // Before the body is read: nobody unknown makes us parse anything.
    onRequest: async (request, reply) => {
      const refusal = await admit(route, name, request, reply, binding);
      if (refusal) return refuseCall(request, reply, refusal);
    },
    handler: async (request, reply) => {
      const call = validateCall(route, { params: request.params, query: request.query, body: request.body });
      if (!call.ok) return refuseCall(request, reply, call.refusal);
      const answer = await answerOnce(name, route, request, binding.idempotency, () =>
        handler({
          ...call.value,
          caller: request.caller,
          requestId: request.id,
          address: request.ip,
          userAgent: request.headers['user-agent'] ?? '',
        }),
      );
      if ('refusal' in answer) return refuseCall(request, reply, answer.refusal);
      for (const cookie of answer.cookies ?? []) setCookie(reply, cookie, binding.secureCookies);
      return send(reply, route, answer.status, answer.body);
    },
  });
}

async function admit(
  route: RouteDefinition,
  name: RouteName,
  request: FastifyRequest,
  reply: FastifyReply,
  binding: Binding,
): Promise<Refusal | undefined> {
  const authenticated = await binding.authenticate(request, route);
  if (authenticated.ok) request.caller = authenticated.value;
  const limited = await binding.rateLimit.take(
    request.caller === ANONYMOUS ? `address:${request.ip}` : request.caller.actor,
    reply,
  );
  if (!authenticated.ok) return limited.ok ? authenticated.refusal : limited.refusal;
  if (!limited.ok) return limited.refusal;
  return permit(route, name, request.caller);
}

function permit(route: RouteDefinition, name: RouteName, caller: Caller | Anonymous): Refusal | undefined {
  if (route.access === 'public') return undefined;
  if (caller.kind === 'anonymous')
    return refuse('unauthenticated', 'This needs a credential. Nothing was changed. Sign in, or send a token.');
  if (route.people && caller.kind !== 'person')
    return refuse('forbidden', `Only a person may do this (${name}); a machine key may not. Nothing was changed.`);
  if (route.access === 'authenticated' || route.access.some((permission) => caller.permissions.has(permission)))
    return undefined;
  return refuse(
    'forbidden',
    `This needs the permission ${route.access.join(' or ')}, which ${caller.actor} does not have. Nothing was changed.`,
  );
}

async function answerOnce(
  name: RouteName,
  route: RouteDefinition,
  request: FastifyRequest,
  idempotency: Idempotency,
  run: () => ReturnType<AnyHandler>,
): ReturnType<AnyHandler> {
  const key = request.headers['idempotency-key'];
  if (!route.idempotent || key === undefined) return run();
  const keyed = { principal: request.caller.actor, route: name, key: String(key), body: request.body };
  const first = await idempotency.begin(keyed);
  if (!first.ok) return { refusal: first.refusal };
  if (first.value) return first.value;
  try {
    const answer = await run();
    await idempotency.finish(keyed, 'refusal' in answer ? undefined : { status: answer.status, body: answer.body });
    return answer;
  } catch (error) {
    await idempotency.finish(keyed, undefined);
    throw error;
  }
}

const SUBJECTS = ['proposalId', 'assessmentId', 'policyChangeId', 'reviewOf', 'requestId'] as const;

/** What a refused call was about: the subject it names, else its path. */
function targetOf(request: FastifyRequest): string {
  const params = request.params as { id?: string } | undefined;
  const body = request.body as Partial<Record<(typeof SUBJECTS)[number], unknown>> | undefined;
  const named = params?.id ?? SUBJECTS.map((name) => body?.[name]).find((id) => id !== undefined);
  const path = request.url.split('?')[0] ?? '/';
  return (typeof named === 'string' && named.length > 0 ? named : path).slice(0, 200);
}

function setCookie(reply: FastifyReply, cookie: CookieChange, secure: boolean): void {
  const options = { path: '/', httpOnly: true, sameSite: 'strict', secure } as const;
  if (cookie.value === undefined) void reply.clearCookie(cookie.name, options);
  else
    void reply.setCookie(cookie.name, cookie.value, {
      ...options,
      ...(cookie.maxAgeSeconds ? { maxAge: cookie.maxAgeSeconds } : {}),
    });
}

function send(reply: FastifyReply, route: RouteDefinition, status: number, body: unknown): FastifyReply {
  const schema = route.responses[status];
  if (schema === undefined) throw new Error(`status ${status} is not declared by ${route.path}`);
  if (schema === 'file') return sendFile(reply, status, body as FileBody);
  // Parsing on the way out keeps whatever is not declared from leaving, and an answer of the wrong shape is a 500.
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(schema.parse(body)));
}

interface FileBody {
  contentType: string;
  fileName?: string;
  content: string | Uint8Array | AsyncIterable<string>;
}

function sendFile(reply: FastifyReply, status: number, { contentType, fileName, content }: FileBody): FastifyReply {
  if (fileName)
    void reply.header('content-disposition', `attachment; filename="${fileName.replaceAll(/[^\w.-]/g, '_')}"`);
  const payload =
    typeof content === 'string'
      ? content
      : content instanceof Uint8Array
        ? Buffer.from(content)
        : Readable.from(content);
  return reply.code(status).type(contentType).send(payload);
}
