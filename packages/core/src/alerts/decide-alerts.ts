import {
  type AlertRule,
  type AlertSeverity,
  type Metric,
  SERVER_METRICS,
} from '@mcp-coordinator/contract/monitoring.contract';
import { type AlertState, foldAlert, INACTIVE, retireAlert, type Sample } from './alert-states.ts';
import { type Condition, conditionHolds } from './condition.ts';
import type { ParsedRule } from './validate-rules.ts';

/** The freshest figures of one series; more than one instance may measure it, hence a range. */
export interface SeriesValue {
  readonly metric: Metric;
  /** Empty for the machine's own figures. */
  readonly server: string;
  readonly min: number;
  readonly max: number;
}

/** An alert that is pending or firing, as it is stored. */
export interface OpenAlert {
  readonly id: string;
  readonly severity: AlertSeverity;
  readonly condition: string;
  readonly action: AlertRule['action'];
  readonly server: string | null;
  readonly state: Extract<AlertState, { state: 'pending' | 'firing' }>;
}

/** What becomes of one alert; `id` is null for one that begins. */
export interface AlertChange {
  readonly id: string | null;
  readonly severity: AlertSeverity;
  readonly condition: string;
  readonly action: AlertRule['action'];
  readonly server: string | null;
  readonly before: AlertState;
  readonly after: AlertState;
}

export interface AlertSituation {
  readonly rules: readonly ParsedRule[];
  readonly series: readonly SeriesValue[];
  /** Ids of the servers that exist: an alert about any other one is over. */
  readonly servers: ReadonlySet<string>;
  readonly open: readonly OpenAlert[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** NUL stands in no id and in no condition, so that no two keys can run into one another. */
const keyOf = (severity: string, condition: string, server: string | null): string =>
  `${severity}\u0000${condition}\u0000${server ?? ''}`;

/** Every alert whose state or value differs from what is stored, given the rules in force and the freshest samples. */
export function decideAlerts({ rules, series, servers, open, now }: AlertSituation): AlertChange[] {
  const openByKey = new Map(open.map((alert) => [keyOf(alert.severity, alert.condition, alert.server), alert]));
  const valueBySeries = new Map(series.map((one) => [keyOf(one.metric, '', one.server), one]));
  const changes: AlertChange[] = [];
  for (const { severity, condition, action, parsed } of rules) {
    for (const server of subjectsOf(parsed, servers)) {
      const key = keyOf(severity, condition, server);
      const stored = openByKey.get(key);
      openByKey.delete(key);
      const before = stored?.state ?? INACTIVE;
      const after = foldAlert(
        parsed,
        before,
        sampleOf(parsed, valueBySeries.get(keyOf(parsed.metric, '', server ?? '')) ?? 'no_data'),
        now,
      );
      if (differs(before, after))
        changes.push({ id: stored?.id ?? null, severity, condition, action, server, before, after });
    }
  }
  for (const { id, severity, condition, action, server, state } of openByKey.values()) {
    changes.push({ id, severity, condition, action, server, before: state, after: retireAlert(state, now) });
  }
  return changes;
}

function subjectsOf(condition: Condition, servers: ReadonlySet<string>): (string | null)[] {
  if (!SERVER_METRICS.includes(condition.metric)) return [null];
  if (condition.server === null) return [...servers];
  return servers.has(condition.server) ? [condition.server] : [];
}

/** Of several instances the one that is worst off counts, or an alert would come and go with whoever sampled last. */
export function sampleOf(condition: Condition, range: Pick<SeriesValue, 'min' | 'max'> | 'no_data'): Sample {
  if (range === 'no_data') return range;
  const { min, max } = range;
  const [worst, best] = condition.operator.startsWith('<') ? [min, max] : [max, min];
  return { value: !conditionHolds(condition, worst) && conditionHolds(condition, best) ? best : worst };
}

const differs = (before: AlertState, after: AlertState): boolean =>
  before.state !== after.state || ('value' in before && 'value' in after && before.value !== after.value);
