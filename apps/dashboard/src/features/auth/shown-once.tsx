import type { ReactNode } from 'react';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './second-factors.module.css';

/** Something that only its hash is kept of: closing the dialog forgets it. */
export function ShownOnceDialog({
  title,
  text,
  children,
  onClose,
}: {
  title: string;
  text: string;
  children: ReactNode;
  onClose: () => void;
}) {
  return (
    <FormDialog title={title} verb="I have kept it" onClose={onClose} onSubmit={onClose} busy={false} error={null}>
      <Notice tone="medium" title="■ It is shown this once." urgent>
        {children}
        <div>
          <CopyButton text={text} />
        </div>
      </Notice>
    </FormDialog>
  );
}

export function RecoveryCodesDialog({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  return (
    <ShownOnceDialog title="Your recovery codes" text={codes.join('\n')} onClose={onClose}>
      <p>Each stands in for a second factor, once. Keep them where your phone is not.</p>
      <ul className={styles['codes']} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
    </ShownOnceDialog>
  );
}
