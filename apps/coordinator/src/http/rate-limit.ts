import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { FastifyReply } from 'fastify';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { RequestCounts } from '../modules/instances/instances.module.ts';

type Limited = Result<void, Refusal<'rate_limited'>>;
export interface RateLimit {
  /** Counts one request of this principal; the headers are set either way. */
  take(principal: string, reply: FastifyReply): Promise<Limited>;
  /** The same for what is answered on a socket: an upgrade. */
  count(principal: string): Promise<Limited>;
}

const WINDOW_SECONDS = 60;

/**
 * Requests a minute for each principal, with the RateLimit headers of draft-ietf-httpapi-ratelimit-headers-10. Instances with
 * one Redis count in it; without it, or while it is away, each counts for itself what the others tell it.
 */
export function createRateLimit(requestsPerMinute: number, counts?: RequestCounts, redis?: Redis): RateLimit {
  const window = { points: requestsPerMinute, duration: WINDOW_SECONDS };
  const own = new RateLimiterMemory(window);
  // What other instances answered uses up the same limit.
  counts?.onForeign((principal, requests) => void own.penalty(principal, requests));
  const limiter = redis
    ? new RateLimiterRedis({
        ...window,
        storeClient: redis,
        keyPrefix: 'mcp-coordinator:requests',
        rejectIfRedisNotReady: true,
        insuranceLimiter: own,
      })
    : own;
  const consume = async (principal: string) => {
    counts?.count(principal);
    const state = await limiter.consume(principal).catch((over: unknown) => {
      if (over instanceof RateLimiterRes) return over;
      throw over;
    });
    return { state, resetSeconds: Math.ceil(state.msBeforeNext / 1000) };
  };
  const judge = ({ state, resetSeconds }: Awaited<ReturnType<typeof consume>>): Limited => {
    if (state.consumedPoints <= requestsPerMinute) return accept(undefined);
    const detail = `More than ${requestsPerMinute} requests in a minute. Nothing was changed. Try again in ${resetSeconds} s.`;
    return deny(refuse('rate_limited', detail, { retryAfterSeconds: resetSeconds }));
  };
  return {
    count: async (principal) => judge(await consume(principal)),
    take: async (principal, reply) => {
      const taken = await consume(principal);
      const { state, resetSeconds } = taken;
      void reply.header('ratelimit-policy', `"default";q=${requestsPerMinute};w=${WINDOW_SECONDS}`);
      void reply.header('ratelimit', `"default";r=${state.remainingPoints};t=${resetSeconds}`);
      return judge(taken);
    },
  };
}
