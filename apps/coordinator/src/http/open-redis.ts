import { Redis } from 'ioredis';
import type { Logger } from 'pino';

const CONNECT_TIMEOUT_MS = 2_000;
/** A request waits this long for it at most, and then goes on without it. */
const COMMAND_TIMEOUT_MS = 250;

/**
 * A connection that comes back by itself. While it is away commands fail at once: nothing waits for it, and nothing that must
 * be kept is in it.
 */
export function openRedis(url: string, log: Logger): Redis {
  const redis = new Redis(url, {
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
  });
  let away = false;
  redis.on('error', (error: unknown) => {
    // Once for each outage: it is tried again all the time.
    if (!away) log.warn({ err: error }, 'Redis does not answer; requests are counted without it until it does');
    away = true;
  });
  redis.on('ready', () => {
    if (away) log.info('Redis is there again');
    away = false;
  });
  return redis;
}
