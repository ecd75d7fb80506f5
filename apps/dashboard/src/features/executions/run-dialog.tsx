import { Checkbox } from '@mantine/core';
import type { Proposal } from '@mcp-coordinator/contract/remediations.contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api/ask.ts';
import { Digest } from '../../ui/digest.tsx';
import { FactList } from '../../ui/fact-list.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { ConsentFields, consentGap, NO_CONSENT, tokenFor } from '../approvals/consent-fields.tsx';
import { useStepUp } from '../auth/use-step-up.tsx';
import { targetPlaces } from '../remediations/proposal-effect.ts';

export interface RunDialogProps {
  proposal: Proposal;
  /** The token of an approval given on this page a moment ago; it is good for the run as well. */
  heldToken: string | undefined;
  onClose: () => void;
}

/** Starts an approved change and goes to its live run. */
export function RunDialog({ proposal, heldToken, onClose }: RunDialogProps) {
  const { proposalId } = proposal;
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [consent, setConsent] = useState(NO_CONSENT);
  const stepUp = useStepUp('approve');
  const [rollbackOnFailure, setRollback] = useState(true);
  const [parallelExecution, setParallel] = useState(false);
  const running = useMutation({
    mutationFn: async () => {
      const approvalToken = heldToken ?? (await tokenFor(consent, { proposalId }, stepUp));
      return call('executeRemediation', { body: { proposalId, approvalToken, rollbackOnFailure, parallelExecution } });
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['showRemediation'] });
      await navigate({ to: '/remediation/$id/run', params: { id: proposalId } });
    },
    onError: () => queryClient.invalidateQueries({ queryKey: ['showRemediation'] }),
  });
  return (
    <FormDialog
      title={`Run: ${proposal.title}`}
      verb="Run"
      onClose={onClose}
      onSubmit={() => running.mutate()}
      busy={running.isPending}
      error={running.error}
      blocked={heldToken === undefined ? consentGap(consent, stepUp) : undefined}
    >
      <FactList
        facts={[
          ['Target', targetPlaces(proposal).join(', ')],
          ['Digest', <Digest key="digest" value={proposal.digest} />],
        ]}
      />
      <p className="dim">The dry run is taken again first. If anything stands differently now, nothing runs.</p>
      <Checkbox
        label="Undo everything if an action fails"
        checked={rollbackOnFailure}
        onChange={(event) => setRollback(event.currentTarget.checked)}
      />
      <Checkbox
        label="Run actions on different files at the same time"
        checked={parallelExecution}
        onChange={(event) => setParallel(event.currentTarget.checked)}
      />
      {heldToken === undefined ? <ConsentFields consent={consent} onChange={setConsent} stepUp={stepUp} /> : null}
    </FormDialog>
  );
}
