import type { ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import type { Risk } from '@mcp-coordinator/contract/remediations.contract';

export interface TrackRecord {
  readonly succeeded: number;
  readonly total: number;
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Impact, effort and success rate, each with the figure behind it. No record is `unknown`, never a guess. */
export function assessRisk(plans: readonly ActionPlan[], record: TrackRecord, expectedMs: number | null): Risk {
  return { impact: impactOf(plans), effort: effortOf(plans, expectedMs), successRate: successOf(record) };
}

function impactOf(plans: readonly ActionPlan[]): Risk['impact'] {
  const files = new Set(
    plans.flatMap((plan) => (plan.target ? [`${plan.target.installerId}:${plan.target.path}`] : [])),
  ).size;
  const removes = plans.filter((plan) => plan.type === 'remove_server').length;
  const installs = plans.filter((plan) => plan.type === 'install_server').length;
  const figure = [
    plural(files, 'file'),
    ...(installs > 0 ? [`${plural(installs, 'server')} added`] : []),
    ...(removes > 0 ? [`${plural(removes, 'server')} removed`] : []),
  ].join(', ');
  if (removes > 0 || files > 3) return { level: 'high', figure };
  return { level: installs > 0 || files > 1 ? 'medium' : 'low', figure };
}

function effortOf(plans: readonly ActionPlan[], expectedMs: number | null): Risk['effort'] {
  const restarts = new Set(plans.flatMap((plan) => plan.restart)).size;
  const time =
    expectedMs === null ? 'duration not measured yet' : `about ${Math.max(1, Math.round(expectedMs / 1000))} s`;
  const figure = `${plural(plans.length, 'action')}, ${time}${restarts > 0 ? `, ${plural(restarts, 'client')} to restart` : ''}`;
  return { level: plans.length > 10 ? 'high' : plans.length > 3 ? 'medium' : 'low', figure };
}

function successOf({ succeeded, total }: TrackRecord): Risk['successRate'] {
  if (total === 0) return { level: 'unknown', figure: 'no such action has run here yet' };
  const share = succeeded / total;
  const figure = `${succeeded} of ${total} succeeded (${Math.round(share * 100)} %)`;
  return { level: share >= 0.95 ? 'high' : share >= 0.8 ? 'medium' : 'low', figure };
}
