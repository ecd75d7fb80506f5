import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { FastifyReply } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { RequestCounts } from '../modules/instances/instances.module.ts';

export interface RateLimit {
  /** Counts one request of this principal; the headers are set either way. */
  take(principal: string, reply: FastifyReply): Promise<Result<void, Refusal<'rate_limited'>>>;
}

const WINDOW_SECONDS = 60;

/** Requests a minute for each principal, with the RateLimit headers of draft-ietf-httpapi-ratelimit-headers-10. */
export function createRateLimit(requestsPerMinute: number, counts?: RequestCounts): RateLimit {
  const limiter = new RateLimiterMemory({ points: requestsPerMinute, duration: WINDOW_SECONDS });
  // What other instances answered uses up the same limit.
  counts?.onForeign((principal, requests) => void limiter.penalty(principal, requests));
  return {
    take: async (principal, reply) => {
      counts?.count(principal);
      const state = await limiter.consume(principal).catch((over: unknown) => {
        if (over instanceof RateLimiterRes) return over;
        throw over;
      });
      const resetSeconds = Math.ceil(state.msBeforeNext / 1000);
      void reply.header('ratelimit-policy', `"default";q=${requestsPerMinute};w=${WINDOW_SECONDS}`);
      void reply.header('ratelimit', `"default";r=${state.remainingPoints};t=${resetSeconds}`);
      if (state.consumedPoints <= requestsPerMinute) return accept(undefined);
      const detail = `More than ${requestsPerMinute} requests in a minute. Nothing was changed. Try again in ${resetSeconds} s.`;
      return deny(refuse('rate_limited', detail, { retryAfterSeconds: resetSeconds }));
    },
  };
}
