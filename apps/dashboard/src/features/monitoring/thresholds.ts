import type { AlertRules, Metric } from '@mcp-coordinator/contract/monitoring.contract';
import { parseCondition } from '@mcp-coordinator/core/alerts/parse-condition';

/** The limits that the rules set for a metric, of one server where it is given: lines in its curve. */
export const thresholdsOf = (rules: AlertRules | undefined, metric: Metric, server?: string): number[] => {
  const conditions = [...(rules?.critical ?? []), ...(rules?.warning ?? [])].flatMap(({ condition }) => {
    const parsed = parseCondition(condition);
    return parsed.ok ? [parsed.value] : [];
  });
  const limits = conditions
    .filter(
      (one) => one.metric === metric && (one.server === null || one.server === server) && one.operator.startsWith('>'),
    )
    .map(({ threshold }) => threshold);
  return [...new Set(limits)].sort((a, b) => a - b);
};
