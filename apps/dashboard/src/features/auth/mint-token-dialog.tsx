import { Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/ask.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { ShownOnceDialog } from './shown-once.tsx';
import { useStepUp } from './use-step-up.tsx';

/** Mints a token that is bound to nothing yet, for a use elsewhere, such as on the command line. */
export function MintTokenDialog({ onClose }: { onClose: () => void }) {
  const [reason, setReason] = useState('');
  const queryClient = useQueryClient();
  const stepUp = useStepUp('approve');
  const minting = useMutation({
    mutationFn: async () => {
      return call('mintApprovalToken', { body: { reason: reason.trim(), ...(await stepUp.give()) } });
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['listApprovalTokens'] }),
  });
  if (minting.data) {
    const { approvalToken } = minting.data;
    return (
      <ShownOnceDialog title="Your approval token" text={approvalToken} onClose={onClose}>
        <p>
          <code>{approvalToken}</code>
        </p>
      </ShownOnceDialog>
    );
  }
  return (
    <FormDialog
      title="Mint an approval token"
      verb="Mint"
      onClose={onClose}
      onSubmit={() => minting.mutate()}
      busy={minting.isPending}
      error={minting.error}
      blocked={reason.trim() === '' ? 'Give a reason first' : stepUp.gap}
    >
      <Textarea
        label="Reason"
        description="Kept in the audit log."
        required
        data-autofocus
        autosize
        minRows={2}
        maxLength={2000}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {stepUp.fields}
    </FormDialog>
  );
}
