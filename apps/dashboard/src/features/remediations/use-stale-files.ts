import type { Proposal } from '@mcp-coordinator/contract/remediations.contract';
import { useQueries } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { effectOf } from './proposal-effect.ts';
import { staleFiles } from './stale-files.ts';

const UNDECIDED: readonly Proposal['status'][] = ['pending', 'approved'];

/** Which files have changed since the dry run of a proposal that is still to be decided or run; live. */
export const useStaleFiles = ({ status, preview: { plans } }: Proposal): string[] => {
  const installers = UNDECIDED.includes(status) ? effectOf(plans).installers : [];
  const queries = useQueries({
    queries: installers.map((id) => ask('showConfiguration', { params: { id } })),
  });
  return staleFiles(
    plans,
    queries.flatMap(({ data }, index) =>
      data ? [{ installerId: installers[index] ?? '', inventory: data.inventory }] : [],
    ),
  );
};
