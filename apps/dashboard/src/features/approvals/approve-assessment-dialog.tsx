import { randomId } from '@mcp-coordinator/client/random-id';
import type { Assessment } from '@mcp-coordinator/contract/assessments.contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/ask.ts';
import { Digest } from '../../ui/digest.tsx';
import { FactList } from '../../ui/fact-list.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { shortId } from '../../ui/short-id.tsx';
import { useStepUp } from '../auth/use-step-up.tsx';
import { ConsentFields, consentGap, NO_CONSENT, tokenFor } from './consent-fields.tsx';

/** Says that a person has seen the results and takes them as they are. It changes nothing on any machine. */
export function ApproveAssessmentDialog({ assessment, onClose }: { assessment: Assessment; onClose: () => void }) {
  const { assessmentId, digest, summary } = assessment;
  const [consent, setConsent] = useState(NO_CONSENT);
  const stepUp = useStepUp('approve');
  const [approvalId] = useState(() => randomId('apr_'));
  const queryClient = useQueryClient();
  const approving = useMutation({
    mutationFn: async () => {
      const approvalToken = await tokenFor(consent, { assessmentId }, stepUp);
      return call('decideApproval', {
        body: { approvalId, assessmentId, decision: 'approved', reason: consent.reason.trim(), approvalToken },
      });
    },
    onSuccess: onClose,
    onSettled: () => queryClient.invalidateQueries(),
  });
  return (
    <FormDialog
      title={`Approve the results of ${shortId(assessmentId)}`}
      verb="Approve"
      onClose={onClose}
      onSubmit={() => approving.mutate()}
      busy={approving.isPending}
      error={approving.error}
      blocked={consentGap(consent, stepUp)}
    >
      <FactList
        facts={[
          ['Found', summary && `${summary.criticalIssues} critical or high, ${summary.warningIssues} medium or low`],
          ['Digest', digest && <Digest key="digest" value={digest} />],
        ]}
      />
      <p className="dim">Approving says that the results were seen and are right. No configuration changes.</p>
      <ConsentFields consent={consent} onChange={setConsent} stepUp={stepUp} />
    </FormDialog>
  );
}
