import { Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { FormDialog } from './form-dialog.tsx';

export interface ReasonDialogProps {
  title: string;
  verb: string;
  /** What will happen, and to what. */
  children: ReactNode;
  act: (reason: string) => Promise<unknown>;
  onClose: () => void;
  onDone?: () => void;
}

/** Asks for the reason of an act that needs no token: reject, stop, roll back. */
export function ReasonDialog({ title, verb, children, act, onClose, onDone }: ReasonDialogProps) {
  const [reason, setReason] = useState('');
  const acting = useMutation({
    mutationFn: act,
    onSuccess: () => {
      onDone?.();
      onClose();
    },
  });
  return (
    <FormDialog
      title={title}
      verb={verb}
      onClose={onClose}
      onSubmit={() => acting.mutate(reason.trim())}
      busy={acting.isPending}
      error={acting.error}
      blocked={reason.trim() === '' ? 'Give a reason first' : undefined}
    >
      {children}
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
    </FormDialog>
  );
}
