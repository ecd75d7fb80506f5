import type { Assessment } from '@mcp-coordinator/contract/assessments.contract';
import { hasResults } from '@mcp-coordinator/core/assessments/assessment-states';

const sameTargets = (a: Assessment, b: Assessment): boolean =>
  [...a.targetServers].sort().join('\n') === [...b.targetServers].sort().join('\n');

/** The newest results that speak for the whole: of all servers where there are such, else of whatever was assessed last. */
export const pickLatest = (assessments: readonly Assessment[]): [Assessment | undefined, Assessment | undefined] => {
  const done = assessments.filter(({ status, origin }) => hasResults(status) && origin !== 'proposal');
  const latest = done.find(({ targetServers }) => targetServers.length === 0) ?? done[0];
  const earlier =
    latest && done.find((one) => one !== latest && one.createdAt < latest.createdAt && sameTargets(one, latest));
  return [latest, earlier];
};
