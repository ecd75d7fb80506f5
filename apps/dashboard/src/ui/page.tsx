import { type ReactNode, useEffect } from 'react';
import styles from './page.module.css';

export interface PageProps {
  /** The answer, as a sentence made from the data. */
  title: string;
  crumbs?: ReactNode;
  /** One line under the title. */
  context?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** Stays at the lower edge: readiness in words, then the buttons. */
  footer?: ReactNode;
}

export function Page({ title, crumbs, context, actions, children, footer }: PageProps) {
  useEffect(() => {
    document.title = `${title} · MCP Coordinator`;
  }, [title]);
  return (
    <>
      <div className={styles['page']}>
        <header className={styles['head']}>
          <div className={styles['words']}>
            {crumbs ? <div className={styles['crumbs']}>{crumbs}</div> : null}
            <h1 className={styles['title']}>{title}</h1>
            {context ? <div className={styles['context']}>{context}</div> : null}
          </div>
          {actions ? <div className={styles['actions']}>{actions}</div> : null}
        </header>
        {children}
      </div>
      {footer}
    </>
  );
}

export function PageFooter({ readiness, children }: { readiness: ReactNode; children: ReactNode }) {
  return (
    <section className={styles['footer']} aria-label="What you can do">
      <div className={styles['readiness']}>{readiness}</div>
      <div className={styles['actions']}>{children}</div>
    </section>
  );
}
