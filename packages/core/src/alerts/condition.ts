import type { Metric } from '@mcp-coordinator/contract/monitoring.contract';

export const OPERATORS = ['>=', '<=', '==', '!=', '>', '<'] as const;
export type Operator = (typeof OPERATORS)[number];

/** `metric{server="…"} op number for …`, parsed. */
export interface Condition {
  readonly metric: Metric;
  /** The one server it is about; null stands for the machine, or for every server where the metric is a server's. */
  readonly server: string | null;
  readonly operator: Operator;
  /** In the metric's unit: percent, milliseconds, bytes a second, or a count. */
  readonly threshold: number;
  /** How long it must hold without a break before the alert fires; 0 fires at once. */
  readonly forSeconds: number;
}

const COMPARE: Record<Operator, (value: number, threshold: number) => boolean> = {
  '>': (value, threshold) => value > threshold,
  '>=': (value, threshold) => value >= threshold,
  '<': (value, threshold) => value < threshold,
  '<=': (value, threshold) => value <= threshold,
  '==': (value, threshold) => value === threshold,
  '!=': (value, threshold) => value !== threshold,
};

export const conditionHolds = (condition: Condition, value: number): boolean =>
  COMPARE[condition.operator](value, condition.threshold);

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
] as const;

function formatDuration(seconds: number): string {
  const [unit, size] = UNITS.find(([, length]) => seconds % length === 0) ?? ['s', 1];
  return `${seconds / size}${unit}`;
}

/** The one spelling of a condition: two texts mean the same exactly when these are equal. */
export function formatCondition({ metric, server, operator, threshold, forSeconds }: Condition): string {
  const selector = server === null ? '' : `{server="${server}"}`;
  const duration = forSeconds === 0 ? '' : ` for ${formatDuration(forSeconds)}`;
  return `${metric}${selector} ${operator} ${threshold}${duration}`;
}
