import { Modal } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { Button } from './button.tsx';
import styles from './dialog.module.css';
import { ProblemNotice } from './problem-notice.tsx';

export interface FormDialogProps {
  title: string;
  /** The verb, the same as on the button that opened it. */
  verb: string;
  onClose: () => void;
  onSubmit: () => void;
  busy: boolean;
  error: unknown;
  /** Why it cannot be sent yet. */
  blocked?: string | undefined;
  children: ReactNode;
}

/** A dialog that holds one form: what it is about, what is asked, and the refusal where there was one. */
export function FormDialog({ title, verb, onClose, onSubmit, busy, error, blocked, children }: FormDialogProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy && blocked === undefined) onSubmit();
  };
  return (
    <Modal opened onClose={onClose} title={title} size="md" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form className={styles['form']} onSubmit={submit}>
        {children}
        {error ? <ProblemNotice error={error} /> : null}
        <div className={styles['actions']}>
          <Button onClick={onClose}>Close</Button>
          <Button type="submit" filled busy={busy} blocked={blocked}>
            {verb}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
