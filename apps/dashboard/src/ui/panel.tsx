import { type ReactNode, useId } from 'react';
import styles from './panel.module.css';

export interface PanelProps {
  title: string;
  /** One line beside the title: what is measured, how it is ordered. */
  aside?: ReactNode;
  children: ReactNode;
}

/** A titled box; what lies in it brings its own padding (`PanelBody`, a table, a diff). */
export function Panel({ title, aside, children }: PanelProps) {
  const headingId = useId();
  return (
    <section className={styles['panel']} aria-labelledby={headingId}>
      <div className={styles['head']}>
        <h2 id={headingId} className={styles['title']}>
          {title}
        </h2>
        {aside ? <span className={styles['aside']}>{aside}</span> : null}
      </div>
      {children}
    </section>
  );
}

export function PanelBody({ children }: { children: ReactNode }) {
  return <div className={styles['body']}>{children}</div>;
}

/** The two columns of a page: what it is about, and beside it 380 px (or nearly half) of what helps to decide. */
export function Columns({ main, side, even = false }: { main: ReactNode; side: ReactNode; even?: boolean }) {
  return (
    <div className={`${styles['grid']} ${even ? styles['even'] : ''}`}>
      <div className={styles['main']}>{main}</div>
      <div className={styles['side']}>{side}</div>
    </div>
  );
}
