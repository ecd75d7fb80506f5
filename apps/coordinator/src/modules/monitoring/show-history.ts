import { type Metric, SERVER_METRICS } from '@mcp-coordinator/contract/monitoring.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { HistoryQuery } from './metrics.store.ts';
import { OWN_SERVICE } from './snapshot.ts';

interface HistoryRequest {
  readonly metric: Metric;
  readonly server?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Seconds. */
  readonly step: number;
}

const DEFAULT_SPAN_MS = 3_600_000;
/** Enough for the widest screen; a chart of more points is a download. */
const HISTORY_POINTS_MAX = 5_000;

/**
 * What is asked of the database: the last hour unless said otherwise, of the coordinator itself where the metric is one of a
 * server and none is named.
 */
export function historyQuery(request: HistoryRequest, now: Date): Result<HistoryQuery, Refusal<'invalid_request'>> {
  const { metric, server, step } = request;
  const ofServer = SERVER_METRICS.includes(metric);
  if (server !== undefined && !ofServer) {
    return invalid('server', `${metric} is the machine's and not a server's; leave the server out`);
  }
  const to = request.to === undefined ? now : new Date(request.to);
  const from = request.from === undefined ? new Date(to.getTime() - DEFAULT_SPAN_MS) : new Date(request.from);
  if (from >= to) return invalid('from', `must be before ${request.to === undefined ? 'now' : 'to'}`);
  const points = (to.getTime() - from.getTime()) / (step * 1_000);
  if (points > HISTORY_POINTS_MAX) {
    const enough = Math.min(86_400, Math.ceil((step * points) / HISTORY_POINTS_MAX));
    return invalid(
      'step',
      `would give more than ${HISTORY_POINTS_MAX} points; use ${enough} or more, or a shorter time`,
    );
  }
  return accept({ metric, server: ofServer ? (server ?? OWN_SERVICE) : '', from, to, stepSeconds: step });
}

const invalid = (field: string, message: string) =>
  deny(
    refuse('invalid_request', `The query is not valid: ${field} ${message}.`, {
      errors: [{ path: `/query/${field}`, message }],
    }),
  );
