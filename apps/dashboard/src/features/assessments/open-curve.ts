import type { Assessment } from '@mcp-coordinator/contract/assessments.contract';
import { pickLatest } from './pick-latest.ts';

interface Point {
  at: number;
  value: number;
}

/** Findings that counted, over the assessments of the same servers, oldest first. */
export const openCurve = (assessments: readonly Assessment[]): Point[] => {
  const [latest] = pickLatest(assessments);
  if (!latest) return [];
  const targets = latest.targetServers.join('\n');
  return assessments
    .filter(
      ({ targetServers, summary, origin }) => summary && origin !== 'proposal' && targetServers.join('\n') === targets,
    )
    .map(({ completedAt, createdAt, summary }) => ({
      at: new Date(completedAt ?? createdAt).getTime(),
      value: summary?.totalIssues ?? 0,
    }))
    .sort((a, b) => a.at - b.at);
};
