import type { Assessment } from '@mcp-coordinator/contract/assessments.contract';
import type { AssessmentResults } from '@mcp-coordinator/contract/findings.contract';
import { hasResults } from '@mcp-coordinator/core/assessments/assessment-states';
import { useQuery } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { openFindings, type ServerFinding } from './finding-sums.ts';

export interface LatestResults {
  assessment: Assessment | undefined;
  results: AssessmentResults | null;
  /** Null where it was made without details. */
  findings: ServerFinding[] | null;
  /** Of the assessment of the same servers before it; null when there is none with details. */
  earlier: ServerFinding[] | null;
  serverCount: number | null;
  loading: boolean;
}

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

const detailed = (results: AssessmentResults | null | undefined): ServerFinding[] | null =>
  results && Object.values(results.servers).every(({ findings }) => findings !== undefined)
    ? openFindings(results)
    : null;

export const useLatestResults = (assessments: readonly Assessment[]): LatestResults => {
  const [latest, earlier] = pickLatest(assessments);
  const latestQuery = useQuery({
    ...ask('showAssessment', { params: { id: latest?.assessmentId ?? '' } }),
    enabled: latest !== undefined,
  });
  const earlierQuery = useQuery({
    ...ask('showAssessment', { params: { id: earlier?.assessmentId ?? '' } }),
    enabled: earlier !== undefined,
    staleTime: 300_000,
  });
  const results = latestQuery.data?.results ?? null;
  return {
    assessment: latest,
    results,
    findings: detailed(results),
    earlier: detailed(earlierQuery.data?.results),
    serverCount: results && Object.keys(results.servers).length,
    loading: latestQuery.isLoading || earlierQuery.isLoading,
  };
};
