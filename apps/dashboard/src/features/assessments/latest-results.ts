import type { Assessment } from '@mcp-coordinator/contract/assessments.contract';
import type { AssessmentResults } from '@mcp-coordinator/contract/findings.contract';
import { useQuery } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { openFindings, type ServerFinding } from './finding-sums.ts';
import { pickLatest } from './pick-latest.ts';

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
