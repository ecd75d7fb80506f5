import { type Problem, REFUSALS, type Refusal } from '@mcp-coordinator/contract/refusals';
import type { FastifyReply } from 'fastify';

/** RFC 9457, with the source document's `success` flag. */
export function problemOf(refusal: Refusal, requestId: string): Problem {
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

export function sendProblem(reply: FastifyReply, refusal: Refusal, requestId: string): FastifyReply {
  const problem = problemOf(refusal, requestId);
  if (refusal.retryAfterSeconds !== undefined)
    void reply.header('retry-after', String(Math.ceil(refusal.retryAfterSeconds)));
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="mcp-coordinator"');
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}
