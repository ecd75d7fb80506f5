import type { ReactNode } from 'react';
import styles from './fact-list.module.css';

/** Named values, one a line; a fact without a value is left out. */
export function FactList({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className={styles['list']}>
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== '')
        .map(([term, value]) => [
          <dt key={`${term}-term`} className={styles['term']}>
            {term}
          </dt>,
          <dd key={`${term}-value`} className={styles['value']}>
            {value}
          </dd>,
        ])}
    </dl>
  );
}
