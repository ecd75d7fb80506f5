import { decodeCursor, pageOf } from '../../db/paging.ts';
import type { Handlers } from '../../http/handlers.ts';
import { type AcknowledgeAlertDeps, acknowledgeAlert } from './acknowledge-alert.ts';
import { currentRules } from './alert-rules.store.ts';
import { selectAlerts, toAlert } from './alerts.store.ts';
import { rounded } from './machine-figures.ts';
import { selectHistory } from './metrics.store.ts';
import { type NoticeRouteName, type NoticeRoutesDeps, noticeHandlers } from './notices/notices.routes.ts';
import { openSilences } from './notices/silences.store.ts';
import { type ReplaceAlertRulesDeps, replaceAlertRules } from './replace-alert-rules.ts';
import type { Sampler } from './sampler.ts';
import { historyQuery } from './show-history.ts';
import { toMetrics } from './snapshot.ts';
import { testRule } from './test-rule.ts';

type MonitoringHandlers = Handlers<
  | 'showSystemMetrics'
  | 'showMetricsHistory'
  | 'showAlertRules'
  | 'replaceAlertRules'
  | 'testAlertRule'
  | 'listAlerts'
  | 'acknowledgeAlert'
  | NoticeRouteName
>;
export type MonitoringRoutesDeps = AcknowledgeAlertDeps &
  NoticeRoutesDeps &
  ReplaceAlertRulesDeps & { readonly sampler: Pick<Sampler, 'present'> };

export function createMonitoringHandlers(deps: MonitoringRoutesDeps): MonitoringHandlers {
  const { db, clock, sampler } = deps;
  return {
    ...noticeHandlers(deps),
    showSystemMetrics: async () => ({
      status: 200,
      body: { success: true, metrics: toMetrics(await sampler.present()) },
    }),
    showMetricsHistory: async ({ query }) => {
      const asked = historyQuery(query, clock());
      if (!asked.ok) return { refusal: asked.refusal };
      const { metric, step, aggregation } = query;
      const points = (await selectHistory(db, asked.value)).map((point) => ({
        timestamp: point.at.toISOString(),
        value: rounded(point[aggregation]),
        average: rounded(point.average),
        min: rounded(point.min),
        max: rounded(point.max),
      }));
      const server = asked.value.server || null;
      return { status: 200, body: { success: true, metric, server, step, aggregation, points } };
    },
    showAlertRules: async () => ({ status: 200, body: { success: true, alerts: (await currentRules(db)).rules } }),
    replaceAlertRules: async ({ body, caller, requestId }) => {
      const replaced = await replaceAlertRules(deps, { rules: body, actor: caller.actor, requestId });
      if (!replaced.ok) return { refusal: replaced.refusal };
      return { status: 200, body: { success: true, alerts: replaced.value } };
    },
    testAlertRule: async ({ body }) => {
      const tested = await testRule(db, body, clock());
      return tested.ok ? { status: 200, body: { success: true, ...tested.value } } : { refusal: tested.refusal };
    },
    listAlerts: async ({ query }) => {
      const after = decodeCursor(query.cursor);
      if (!after.ok) return { refusal: after.refusal };
      const { rows, counted } = await selectAlerts(db, { ...query, after: after.value, status: query.status });
      const { rows: shown, ...page } = pageOf(rows, query, counted, (row) => ({ at: row.started_at, id: row.id }));
      const now = clock();
      const silences = await openSilences(db, now);
      return { status: 200, body: { success: true, alerts: shown.map((row) => toAlert(row, silences, now)), ...page } };
    },
    acknowledgeAlert: async ({ params, caller, requestId }) => {
      const acknowledged = await acknowledgeAlert(deps, { id: params.id, actor: caller.actor, requestId });
      if (!acknowledged.ok) return { refusal: acknowledged.refusal };
      return { status: 200, body: { success: true, alert: acknowledged.value } };
    },
  };
}
