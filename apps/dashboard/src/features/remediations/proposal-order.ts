import { PRIORITIES, type ProposalSummary } from '@mcp-coordinator/contract/remediations.contract';

/** The queue: what expires first stands first; at the same minute the higher risk. What never expires comes last. */
export const byExpiryThenRisk = (a: ProposalSummary, b: ProposalSummary): number => {
  const minute = ({ expiresAt }: ProposalSummary) =>
    expiresAt === null ? Number.POSITIVE_INFINITY : Math.floor(new Date(expiresAt).getTime() / 60_000);
  const [first, second] = [minute(a), minute(b)];
  if (first !== second) return first < second ? -1 : 1;
  return PRIORITIES.indexOf(b.priority) - PRIORITIES.indexOf(a.priority);
};
