import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Panel } from '../../ui/panel.tsx';
import { may, useMe } from '../auth/me.ts';
import styles from './assessments.module.css';

/** What to do on the first day, in order; the button that asks for the assessment stands above. */
export function FirstSteps() {
  const me = useMe();
  const steps: readonly (readonly [string, ReactNode])[] = [
    [
      'See what is installed',
      <>
        <Link to="/servers">Servers</Link> shows the MCP servers that each installer found on its machine.
      </>,
    ],
    [
      'Request the first assessment',
      'It reads what the installers report, judges it against the rules, and changes nothing.',
    ],
    [
      'Let others decide with you',
      may(me, 'manage_users') ? (
        <>
          Create accounts under <Link to="/access">Access</Link>. An approver decides on what a user proposes.
        </>
      ) : (
        'An admin creates accounts. An approver decides on what a user proposes.'
      ),
    ],
  ];
  return (
    <Panel title="First steps">
      <ol>
        {steps.map(([what, how], index) => (
          <li key={what} className={styles['first']} data-calm="true">
            <span className={styles['rank']}>{index + 1}</span>
            <div>
              <b>{what}</b>
              <div className={styles['meta']}>{how}</div>
            </div>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
