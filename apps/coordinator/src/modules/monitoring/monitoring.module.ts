import type { Alert } from '@mcp-coordinator/contract/monitoring.contract';
import type { Logger } from 'pino';
import type { Tx } from '../../db/schema.ts';
import { createLogNotice, type Notify } from './alert-notice.ts';
import { type EvaluateAlertsDeps, evaluateAlerts } from './evaluate-alerts.ts';
import { exposedMetrics, type ProcessFigures } from './exposed-metrics.ts';
import { createMachine, type Machine } from './machine.ts';
import { createMonitoringHandlers } from './monitoring.routes.ts';
import { prometheusText } from './prometheus-text.ts';
import { pruneMetrics } from './prune-metrics.ts';
import { type Happening, raiseAlert, settleAlert } from './raise-alert.ts';
import { createRequestHistogram } from './request-histogram.ts';
import { createRequestWindow } from './request-window.ts';
import { createSampler, type SamplerDeps } from './sampler.ts';
import { createTicker } from './ticker.ts';

export interface MonitoringDeps extends SamplerDeps, Omit<EvaluateAlertsDeps, 'notify'> {
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
const PRUNE_EVERY_MS = 3_600_000;

export function createMonitoringModule(deps: MonitoringDeps) {
  const { db, clock, log, retentionDays } = deps;
  const startedAt = clock();
  const requests = createRequestWindow(clock);
  const histogram = createRequestHistogram();
  const machine = deps.machine ?? createMachine(deps.dataDir);
  const sampler = createSampler(deps, { machine, requests, startedAt });
  const evaluator = { ...deps, notify: deps.notify ?? createLogNotice(log) };
  const evaluateNow = (): Promise<Alert[]> => evaluateAlerts(evaluator);
  const prune = (): Promise<number> => pruneMetrics(db, clock, retentionDays);
  const sampling = createTicker({ name: 'sampling metrics', everyMs: SAMPLE_EVERY_MS, work: sampler.sample, log });
  const evaluating = createTicker({ name: 'evaluating alerts', everyMs: EVALUATE_EVERY_MS, work: evaluateNow, log });
  const pruning = createTicker({ name: 'removing old metrics', everyMs: PRUNE_EVERY_MS, work: prune, log });
  return {
    handlers: createMonitoringHandlers({ ...deps, sampler }),
    /** Called by the edge for each request it answered; `failed` stands for a 5xx. */
    observeRequest: (durationMs: number, failed: boolean): void => {
      requests.observe(durationMs, failed);
      histogram.observe(durationMs, failed);
    },
    /** The text for a scraper; touches no database, so that it answers while that is away. */
    prometheus: async (): Promise<string> =>
      prometheusText(
        exposedMetrics({
          snapshot: await sampler.latest(),
          requests: histogram.totals(),
          process: deps.process,
          startedAt,
        }),
      ),
    /** Alerts of what happened, in the transaction of what happened; `tell` after the commit. */
    alerts: {
      raise: (tx: Tx, happening: Happening) => raiseAlert(deps, tx, happening),
      settle: (tx: Tx, condition: string) => settleAlert(deps, tx, condition),
      tell: async (alert: Alert): Promise<void> => evaluator.notify(alert.action, alert),
    },
    sampleNow: sampler.sample,
    evaluateNow,
    pruneNow: prune,
    /** In order: alerts are judged by a sample of now. Nobody waits for the removal, which may be long after a pause. */
    start: async (): Promise<void> => {
      await sampling.start();
      await evaluating.start();
      void pruning.start();
    },
    stop: async (): Promise<void> => {
      await Promise.all([sampling.stop(), evaluating.stop(), pruning.stop()]);
    },
  };
}
