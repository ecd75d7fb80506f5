import type { Assessment } from '@mcp-coordinator/contract/assessments.contract';
import { count, countWord, listWords } from '../../ui/plural.ts';

export interface OverviewNumbers {
  /** Null before the first assessment is done. */
  newCritical: number | null;
  openIssues: number;
  waiting: number;
  running: number;
}

/** “2 critical findings are new. Three results wait for your review.” */
export const overviewTitle = ({ newCritical, openIssues, waiting, running }: OverviewNumbers): string => {
  if (newCritical === null) {
    return running > 0 ? 'The first assessment is under way.' : 'Nothing has been assessed yet.';
  }
  const found =
    newCritical > 0
      ? `${countWord(newCritical, 'critical finding')} ${newCritical === 1 ? 'is' : 'are'} new.`
      : openIssues > 0
        ? `No critical finding is new; ${count(openIssues, 'finding')} ${openIssues === 1 ? 'is' : 'are'} open.`
        : 'Nothing was found.';
  const review =
    waiting > 0
      ? `${countWord(waiting, 'result')} ${waiting === 1 ? 'waits' : 'wait'} for review.`
      : 'No result waits for review.';
  return `${found} ${review}`;
};

export const targetWords = ({ targetServers }: Pick<Assessment, 'targetServers'>): string =>
  targetServers.length === 0 ? 'All servers' : listWords(targetServers);

const ORIGINS: Record<Assessment['origin'], string> = {
  request: 'requested',
  proposal: 'made for a proposal',
  reassessment: 'after a change',
};
export const originWords = ({ origin }: Pick<Assessment, 'origin'>): string => ORIGINS[origin];

/** The title of one run: its answer, or why there is none yet. */
export const runTitle = (assessment: Assessment, servers: { all: number; failing: number } | null): string => {
  switch (assessment.status) {
    case 'pending':
      return 'This assessment has not started.';
    case 'running':
      return 'This assessment is under way.';
    case 'failed':
      return 'This assessment failed. It says nothing about the servers.';
    case 'completed':
    case 'approved':
    case 'rejected':
      return servers === null
        ? 'This assessment is done.'
        : resultTitle(servers, assessment.summary?.criticalIssues ?? 0);
  }
};

const resultTitle = ({ all, failing }: { all: number; failing: number }, serious: number): string => {
  if (all === 0) return 'There was no server to assess.';
  if (failing === 0) return all === 1 ? 'The server complies.' : `All ${all} servers comply.`;
  const who =
    all === 1
      ? 'The server does not comply'
      : `${failing} of ${all} servers ${failing === 1 ? 'does' : 'do'} not comply`;
  return serious > 0
    ? `${who}: ${count(serious, 'critical or high finding')}.`
    : `${who}; nothing is critical or high.`;
};
