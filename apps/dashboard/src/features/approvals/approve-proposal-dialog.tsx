import { TextInput } from '@mantine/core';
import { randomId } from '@mcp-coordinator/client/random-id';
import type { Proposal } from '@mcp-coordinator/contract/remediations.contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/ask.ts';
import { Digest } from '../../ui/digest.tsx';
import { FactList } from '../../ui/fact-list.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { count } from '../../ui/plural.ts';
import { useMe } from '../auth/me.ts';
import { useStepUp } from '../auth/use-step-up.tsx';
import { targetPlaces } from '../remediations/proposal-effect.ts';
import { asksPasskeyOf } from './asked-passkeys.ts';
import { ConsentFields, consentGap, NO_CONSENT, tokenFor } from './consent-fields.tsx';

export interface ApproveProposalDialogProps {
  proposal: Proposal;
  onClose: () => void;
  /** The token that approved can also start the run; held in memory until then. */
  onApproved: (token: string) => void;
}

/** Repeats what is approved, asks why, and sends the digest of what was seen: another one is refused. */
export function ApproveProposalDialog({ proposal, onClose, onApproved }: ApproveProposalDialogProps) {
  const [consent, setConsent] = useState(NO_CONSENT);
  const stepUp = useStepUp('approve', { signed: asksPasskeyOf(proposal, useMe()) });
  const [typed, setTyped] = useState('');
  const [approvalId] = useState(() => randomId('apr_'));
  const queryClient = useQueryClient();
  const serverName = proposal.proposedActions[0]?.serverName ?? '';
  const typesName = proposal.priority === 'critical';
  const approving = useMutation({
    mutationFn: async () => {
      const { proposalId, digest } = proposal;
      const approvalToken = await tokenFor(consent, { proposalId }, stepUp);
      await call('decideApproval', {
        body: {
          approvalId,
          proposalId,
          decision: 'approved',
          reason: consent.reason.trim(),
          approvalToken,
          proposalDigest: digest,
        },
      });
      return approvalToken;
    },
    onSuccess: (token) => {
      onApproved(token);
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['showRemediation'] }),
  });
  const gap =
    typesName && typed.trim() !== serverName ? 'Type the name of the server first' : consentGap(consent, stepUp);
  return (
    <FormDialog
      title={`Approve: ${proposal.title}`}
      verb="Approve"
      onClose={onClose}
      onSubmit={() => approving.mutate()}
      busy={approving.isPending}
      error={approving.error}
      blocked={gap}
    >
      <FactList
        facts={[
          ['Target', targetPlaces(proposal).join(', ')],
          ['Actions', count(proposal.proposedActions.length, 'action')],
          ['Digest', <Digest key="digest" value={proposal.digest} />],
        ]}
      />
      <p className="dim">Approving changes nothing yet: the change runs when someone presses Run.</p>
      {typesName ? (
        <TextInput
          label={`Critical risk: type the server’s name, ${serverName}`}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      ) : null}
      <ConsentFields consent={consent} onChange={setConsent} stepUp={stepUp} />
    </FormDialog>
  );
}
