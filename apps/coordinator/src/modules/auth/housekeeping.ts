import type { Logger } from 'pino';
import type { Db } from '../../db/schema.ts';
import type { Clock } from '../../runtime.ts';
import { deleteFailuresBefore } from './login-failures.store.ts';
import { deleteChallengesBefore } from './second-factors/challenges.store.ts';
import { deleteSessionsBefore } from './sessions.store.ts';
import type { ThrottleRecord } from './throttle-record.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Past every window and lock. */
const FAILURES_KEPT_MS = DAY_MS;
/** Sessions live half a day; what they did stands in the audit log. */
const SESSIONS_KEPT_MS = 30 * DAY_MS;

export interface TidyDeps {
  db: Db;
  clock: Clock;
  throttles: ThrottleRecord;
  revokeExpired: () => Promise<void>;
}

export async function tidy({ db, clock, throttles, revokeExpired }: TidyDeps): Promise<void> {
  await throttles.flush(false);
  await revokeExpired();
  const now = clock().getTime();
  await deleteFailuresBefore(db, new Date(now - FAILURES_KEPT_MS));
  await deleteChallengesBefore(db, new Date(now));
  await deleteSessionsBefore(db, new Date(now - SESSIONS_KEPT_MS));
}

/** Once a minute: writes the sums of throttled logins, and removes what can matter to nobody any more. */
export function createHousekeeping(deps: TidyDeps & { log: Logger }) {
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();
  return {
    start(): void {
      timer = setInterval(() => {
        round = tidy(deps).catch((error: unknown) =>
          deps.log.error({ err: error }, 'login records could not be tidied'),
        );
      }, MINUTE_MS);
      timer.unref();
    },
    async stop(): Promise<void> {
      clearInterval(timer);
      await round;
      await deps.throttles.flush(true);
    },
  };
}
