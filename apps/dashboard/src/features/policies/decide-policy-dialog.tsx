import { randomId } from '@mcp-coordinator/client/random-id';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/ask.ts';
import { Digest } from '../../ui/digest.tsx';
import { FactList } from '../../ui/fact-list.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { ConsentFields, consentGap, NO_CONSENT, tokenFor } from '../approvals/consent-fields.tsx';
import { useStepUp } from '../auth/use-step-up.tsx';
import { differenceWords, type ListedChange } from './policy-draft.ts';

/** Puts a change of the policy into force, with a token that is good for it alone. */
export function ApprovePolicyDialog({ change, onClose }: { change: ListedChange; onClose: () => void }) {
  const { policyChangeId, digest, differences, baseVersion } = change;
  const [consent, setConsent] = useState(NO_CONSENT);
  const [approvalId] = useState(() => randomId('apr_'));
  const stepUp = useStepUp('approve');
  const queryClient = useQueryClient();
  const approving = useMutation({
    mutationFn: async () => {
      const approvalToken = await tokenFor(consent, { policyChangeId }, stepUp);
      const reason = consent.reason.trim();
      await call('decideApproval', {
        body: { approvalId, policyChangeId, decision: 'approved', reason, approvalToken, proposalDigest: digest },
      });
    },
    onSuccess: onClose,
    onSettled: () => queryClient.invalidateQueries(),
  });
  return (
    <FormDialog
      title="Approve the change of the policy"
      verb="Approve"
      onClose={onClose}
      onSubmit={() => approving.mutate()}
      busy={approving.isPending}
      error={approving.error}
      blocked={consentGap(consent, stepUp)}
    >
      <FactList
        facts={[
          ...differences.map((one) => ['Change', <code key={one.path}>{differenceWords(one)}</code>] as const),
          ['Version', `${baseVersion} → ${baseVersion + 1}, in force at once`],
          ['Digest', <Digest key="digest" value={digest} />],
        ]}
      />
      <ConsentFields consent={consent} onChange={setConsent} stepUp={stepUp} />
    </FormDialog>
  );
}
