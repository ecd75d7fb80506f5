import type { ReactNode } from 'react';
import styles from './notice.module.css';
import type { Tone } from './tag.tsx';

export interface NoticeProps {
  tone: Tone;
  title: ReactNode;
  children?: ReactNode;
  /** Read out at once: the answer to something the person has just done. */
  urgent?: boolean;
}

export function Notice({ tone, title, children, urgent = false }: NoticeProps) {
  return (
    <div
      className={`${styles['notice']} ${tone === 'neutral' ? '' : styles[tone]}`}
      role={urgent ? 'alert' : undefined}
    >
      <div className={styles['head']}>{title}</div>
      {children}
    </div>
  );
}

export function NoticeRow({ children }: { children: ReactNode }) {
  return <div className={styles['row']}>{children}</div>;
}
