import type { Alert } from '@mcp-coordinator/contract/monitoring.contract';
import type { Logger } from 'pino';
import type { Db, Tx } from '../../db/schema.ts';
import { createTicker } from '../../jobs/ticker.ts';
import { createLogNotice, type Notify } from './alert-notice.ts';
import { type EvaluateAlertsDeps, evaluateAlerts } from './evaluate-alerts.ts';
import { exposedMetrics, type ProcessFigures } from './exposed-metrics.ts';
import { pruneMetrics, rollUpMetrics } from './keep-metrics.ts';
import { createMachine, type Machine } from './machine.ts';
import { createMonitoringHandlers } from './monitoring.routes.ts';
import { currentChannels } from './notices/channels.store.ts';
import { deliverNotices } from './notices/deliver-notices.ts';
import type { NoticeRoutesDeps } from './notices/notices.routes.ts';
import { postWith } from './notices/post-json.ts';
import { createMailer } from './notices/send-mail.ts';
import { type Exposition, exposition, type Metric } from './prometheus-text.ts';
import { type Happening, raiseAlert, raiseAlertOnce, settleAlert } from './raise-alert.ts';
import { createRequestHistogram } from './request-histogram.ts';
import { createRequestWindow } from './request-window.ts';
import { createSampler, type SamplerDeps } from './sampler.ts';

export interface MonitoringDeps
  extends SamplerDeps,
    Omit<EvaluateAlertsDeps, 'notify' | 'channels'>,
    Omit<NoticeRoutesDeps, 'db' | 'clock' | 'newId' | 'post' | 'mail' | 'checkAddress'> {
  /** Reaches what may be reached. */
  readonly outbound: { readonly check: NoticeRoutesDeps['checkAddress']; readonly fetch: typeof fetch };
  /** Where mails are handed in; null where there is none. */
  readonly mailServer: { readonly url: string; readonly from: string } | null;
  readonly log: Logger;
  /** Whose file system is watched. */
  readonly dataDir: string;
  readonly retentionDays: number;
  /** `process`, or what stands for it. */
  readonly process: ProcessFigures;
  /** Writes to the log where absent. */
  readonly notify?: Notify;
  /** The one this process runs on where absent. */
  readonly machine?: Machine;
}

const SAMPLE_EVERY_MS = 10_000;
const EVALUATE_EVERY_MS = 10_000;
const DELIVER_EVERY_MS = 5_000;
const KEEP_EVERY_MS = 600_000;

export function createMonitoringModule(deps: MonitoringDeps) {
  const { db, clock, log, retentionDays } = deps;
  const startedAt = clock();
  const requests = createRequestWindow(clock);
  const histogram = createRequestHistogram();
  const machine = deps.machine ?? createMachine(deps.dataDir);
  const sampler = createSampler(deps, { machine, requests, startedAt });
  const mail = deps.mailServer ? createMailer(deps.mailServer.url, deps.mailServer.from) : undefined;
  const sending = { ...deps, mail, post: postWith(deps.outbound.fetch), checkAddress: deps.outbound.check };
  const channels = (at: Db | Tx) => currentChannels(at, deps.keys);
  const evaluator = { ...deps, channels, notify: deps.notify ?? createLogNotice(log) };
  const deliver = (): Promise<void> => deliverNotices({ ...sending, channels });
  const exposed = async (): Promise<Metric[]> => {
    const snapshot = await sampler.latest();
    return exposedMetrics({ snapshot, requests: histogram.totals(), process: deps.process, startedAt });
  };
  const evaluateNow = (): Promise<Alert[]> => evaluateAlerts(evaluator);
  const prune = (): Promise<number> => pruneMetrics(db, clock, retentionDays);
  const keep = async (): Promise<void> => {
    await prune();
    await rollUpMetrics(db, clock);
  };
  const sampling = createTicker({ name: 'sampling metrics', everyMs: SAMPLE_EVERY_MS, work: sampler.sample, log });
  const evaluating = createTicker({ name: 'evaluating alerts', everyMs: EVALUATE_EVERY_MS, work: evaluateNow, log });
  const delivering = createTicker({ name: 'telling of alerts', everyMs: DELIVER_EVERY_MS, work: deliver, log });
  const keeping = createTicker({ name: 'keeping old metrics small', everyMs: KEEP_EVERY_MS, work: keep, log });
  return {
    handlers: createMonitoringHandlers({ ...sending, sampler }),
    /** Called by the edge for each request it answered; `failed` stands for a 5xx. */
    observeRequest: (durationMs: number, failed: boolean): void => {
      requests.observe(durationMs, failed);
      histogram.observe(durationMs, failed);
    },
    /** The text for a scraper; touches no database, so that it answers while that is away. */
    prometheus: async (accept: string): Promise<Exposition> => exposition(await exposed(), accept),
    /** The same for who is sent them. */
    exposed,
    /** Alerts of what happened, in the transaction of what happened; `tell` after the commit. */
    alerts: {
      raise: (tx: Tx, happening: Happening) => raiseAlert(deps, tx, happening),
      raiseOnce: (tx: Tx, happening: Happening) => raiseAlertOnce(deps, tx, happening),
      settle: (tx: Tx, condition: string) => settleAlert(deps, tx, condition),
      tell: async (alert: Alert): Promise<void> => evaluator.notify(alert.action, alert),
    },
    sampleNow: sampler.sample,
    evaluateNow,
    deliverNow: deliver,
    pruneNow: prune,
    rollUpNow: () => rollUpMetrics(db, clock),
    /** In order: alerts are judged by a sample of now. Nobody waits for what is old, of which there may be much after a pause. */
    start: async (): Promise<void> => {
      await sampling.start();
      await evaluating.start();
      void delivering.start();
      void keeping.start();
    },
    stop: async (): Promise<void> => {
      await Promise.all([sampling.stop(), evaluating.stop(), delivering.stop(), keeping.stop()]);
    },
  };
}

type Alerts = ReturnType<typeof createMonitoringModule>['alerts'];

/** For those who raise alerts before this module can be made: it writes to the log, which raises them. */
export const lateAlerts = (alerts: () => Alerts): Alerts => ({
  raise: (tx, happening) => alerts().raise(tx, happening),
  raiseOnce: (tx, happening) => alerts().raiseOnce(tx, happening),
  settle: (tx, condition) => alerts().settle(tx, condition),
  tell: (alert) => alerts().tell(alert),
});
