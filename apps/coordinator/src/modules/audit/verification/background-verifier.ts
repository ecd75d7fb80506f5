import type { AuditVerification } from '@mcp-coordinator/contract/audit.contract';
import type { Logger } from 'pino';
import { type AuditAlerts, showAlert } from '../audit-alerts.ts';
import { newestCheckpoint } from '../tree.store.ts';
import * as store from './verification.store.ts';
import { PROBLEMS_MAX, type VerifyDeps, verifyAudit } from './verify-audit.ts';

export interface BackgroundVerifierDeps extends VerifyDeps {
  readonly instance: string;
  readonly log: Logger;
  readonly alerts: AuditAlerts;
}

const LEASE_MS = 60_000;
/** How old a whole verification may get; in between only what is new is verified. */
const WHOLE_EVERY_MS = 86_400_000;

/** Another instance took over, or this one stops. */
class Interrupted extends Error {}

/** Verifies without anybody waiting, one instance at a time; what it found is there for all of them. */
export function createBackgroundVerifier(deps: BackgroundVerifierDeps) {
  const { db, clock, instance, log, alerts } = deps;
  let current: Promise<void> | undefined;
  let stopped = false;
  const lease = (): store.VerificationLease => {
    const now = clock();
    return { instance, now, until: new Date(now.getTime() + LEASE_MS) };
  };

  const work = async (whole: boolean, begun: () => void): Promise<void> => {
    const { running, finished } = await store.verificationState(db, clock());
    const left = running?.expired ? running : undefined;
    const known =
      whole || finished === null ? { from: 0, problems: [] } : { from: finished.size, problems: finished.problems };
    const { from, problems } = left ? { from: left.verified, problems: left.problems } : known;
    const total = (await newestCheckpoint(db))?.size ?? 0;
    if (!(await store.beginVerification(db, lease(), { verified: from, total, problems }))) return;
    begun();
    let ended: AuditVerification | undefined;
    try {
      const found = await verifyAudit(deps, {
        from,
        onProgress: async (verified, more) => {
          const kept = await store.saveProgress(db, lease(), verified, [...problems, ...more]);
          if (!kept || stopped) throw new Interrupted();
        },
      });
      const all = [...problems, ...found.problems].slice(0, PROBLEMS_MAX);
      ended = { ...found, problems: all, valid: all.length === 0 };
    } finally {
      // Left as it is at a stop: another instance, or the next start, goes on where it was.
      if (!stopped) await store.endVerification(db, instance, ended, from === 0);
    }
    await showAlert(db, alerts, 'audit_log_invalid', ended.valid !== true);
  };

  /** Begins unless it is under way here; resolves when it has ended. */
  const run = (whole: boolean, begun = (): void => undefined): Promise<void> => {
    current ??= work(whole, begun)
      .catch((error: unknown) => {
        if (!(error instanceof Interrupted))
          log.error({ err: error }, 'verifying the audit log failed; it is tried again');
      })
      .finally(() => {
        current = undefined;
      });
    return current;
  };

  return {
    run,
    /** Begins a verification of all of it, and resolves once it is under way here or elsewhere. */
    begin: (): Promise<void> =>
      new Promise((resolve) => {
        void run(true, resolve).then(resolve);
      }),
    state: () => store.verificationState(db, clock()),
    /** What is due: a run that was left, what is new, or all of it after a day. */
    tick: async (): Promise<void> => {
      const { finished, running, wholeAt } = await store.verificationState(db, clock());
      if (running && !running.expired) return;
      const size = (await newestCheckpoint(db))?.size ?? 0;
      const age = wholeAt ? clock().getTime() - wholeAt.getTime() : Number.POSITIVE_INFINITY;
      if (running || size !== finished?.size || age > WHOLE_EVERY_MS) await run(age > WHOLE_EVERY_MS);
    },
    stop: async (): Promise<void> => {
      stopped = true;
      await current;
    },
  };
}
export type BackgroundVerifier = ReturnType<typeof createBackgroundVerifier>;
