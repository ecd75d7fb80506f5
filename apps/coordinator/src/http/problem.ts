import type { Duplex } from 'node:stream';
import { type Problem, REFUSALS, type Refusal } from '@mcp-coordinator/contract/refusals';
import type { FastifyReply } from 'fastify';
import { BARE_HEADERS } from './security-headers.ts';

/** RFC 9457, with the source document's `success` flag. */
function problemOf(refusal: Refusal, requestId: string): Problem {
  const { status, title } = REFUSALS[refusal.code];
  return {
    success: false,
    type: `https://mcp-coordinator.invalid/problems/${refusal.code.replaceAll('_', '-')}`,
    title,
    status,
    detail: refusal.detail,
    code: refusal.code,
    requestId,
    ...(refusal.errors ? { errors: [...refusal.errors] } : {}),
  };
}

/** What a problem adds to the headers of its answer. */
function headersOf({ retryAfterSeconds }: Refusal, status: number): Record<string, string> {
  return {
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterSeconds)) }),
    ...(status === 401 ? { 'www-authenticate': 'Bearer realm="mcp-coordinator"' } : {}),
  };
}

/** The same where there is nothing but a socket: an upgrade that is refused, or a request that cannot be read. */
export function endWithProblem(socket: Duplex, refusal: Refusal, requestId: string): void {
  const problem = problemOf(refusal, requestId);
  const body = JSON.stringify(problem);
  const headers = {
    ...{ 'content-type': 'application/problem+json', 'content-length': Buffer.byteLength(body), connection: 'close' },
    ...{ 'x-request-id': requestId, ...BARE_HEADERS, ...headersOf(refusal, problem.status) },
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${problem.status} ${problem.title}`, ...lines, '', body].join('\r\n'));
}

export function sendProblem(reply: FastifyReply, refusal: Refusal, requestId: string): FastifyReply {
  const problem = problemOf(refusal, requestId);
  return reply
    .headers(headersOf(refusal, problem.status))
    .code(problem.status)
    .type('application/problem+json')
    .send(JSON.stringify(problem));
}
