import type { Assessment } from '@mcp-coordinator/contract/assessments.contract';

/** Results that nobody has decided on, the most serious first, then the oldest. */
export const toReview = (assessments: readonly Assessment[]): Assessment[] =>
  assessments
    .filter(({ status }) => status === 'completed')
    .sort(
      (a, b) =>
        (b.summary?.criticalIssues ?? 0) - (a.summary?.criticalIssues ?? 0) || a.createdAt.localeCompare(b.createdAt),
    );
