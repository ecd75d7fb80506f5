import type { CallValue } from '@mcp-coordinator/client/route-call';
import type { StepUpPurpose } from '@mcp-coordinator/contract/second-factors.contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ask, call } from '../../api/ask.ts';

export type OwnFactors = CallValue<'showSecondFactors'>;

/** What one has enrolled. */
export const useOwnFactors = () => useQuery(ask('showSecondFactors', {}));

export const useFactorsChanged = () => {
  const queryClient = useQueryClient();
  return () =>
    Promise.all(
      ['showSecondFactors', 'showOwnApproverKeys'].map((name) => queryClient.invalidateQueries({ queryKey: [name] })),
    );
};

export interface Subject {
  readonly proposalId?: string;
  readonly assessmentId?: string;
  readonly policyChangeId?: string;
}

/** A challenge for one's passkeys; an approval's signs what is approved. */
export const beginFor =
  (purpose: StepUpPurpose, subject: Subject = {}) =>
  async (): Promise<object> =>
    (await call('beginStepUp', { body: { purpose, ...subject } })).publicKey;
