import { type Condition, conditionHolds } from '@mcp-coordinator/core/alerts/condition';

interface Sample {
  at: number;
  value: number;
}
export interface Firing {
  from: number;
  to: number;
}

/** When a condition would have fired over these samples; one that holds shorter than it asks for does not. */
export const wouldFire = (condition: Condition, samples: readonly Sample[], stepMs: number): Firing[] => {
  const firings: Firing[] = [];
  let since: number | undefined;
  const end = (to: number) => {
    if (since !== undefined && to - since >= condition.forSeconds * 1000) {
      firings.push({ from: since + condition.forSeconds * 1000, to });
    }
    since = undefined;
  };
  for (const { at, value } of samples) {
    if (conditionHolds(condition, value)) since ??= at;
    else end(at);
  }
  const last = samples.at(-1);
  if (last) end(last.at + stepMs);
  return firings;
};
