import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ask } from '../../api/ask.ts';
import { Panel } from '../../ui/panel.tsx';
import { count } from '../../ui/plural.ts';
import { Tag } from '../../ui/tag.tsx';
import { may, useMe } from '../auth/me.ts';
import styles from './assessments.module.css';

interface Step {
  what: string;
  how: ReactNode;
  /** What shows that it is done; undefined while it is not, or where that cannot be seen by this person. */
  done?: string | undefined;
}

const useSteps = (): Step[] => {
  const me = useMe();
  const managesPeople = may(me, 'manage_users');
  const servers = useQuery(ask('listServers', { query: { limit: 200 } }));
  const people = useQuery({ ...ask('listUsers', { query: { limit: 2 } }), enabled: managesPeople });
  const known = (servers.data?.servers ?? []).reduce((sum, { mcpServers }) => sum + (mcpServers ?? 0), 0);
  const others = (people.data?.total ?? 0) - 1;
  return [
    {
      what: 'See what is installed',
      how: (
        <>
          <Link to="/servers">Servers</Link> shows the MCP servers that each installer found on its machine.
        </>
      ),
      done: known > 0 ? `${count(known, 'MCP server')} found` : undefined,
    },
    {
      what: 'Request the first assessment',
      how: 'It reads what the installers report, judges it against the rules, and changes nothing.',
    },
    {
      what: 'Let others decide with you',
      how: managesPeople ? (
        <>
          Create accounts under <Link to="/access">Access</Link>. An approver decides on what a user proposes.
        </>
      ) : (
        'An admin creates accounts. An approver decides on what a user proposes.'
      ),
      done: others > 0 ? `${count(others, 'other account')}` : undefined,
    },
  ];
};

/** What to do on the first day, in order; the button that asks for the assessment stands above. */
export function FirstSteps() {
  const steps = useSteps();
  return (
    <Panel title="First steps" aside={`${steps.filter(({ done }) => done).length} of ${steps.length} done`}>
      <ol>
        {steps.map(({ what, how, done }, index) => (
          <li key={what} className={styles['first']} data-calm="true">
            <span className={styles['rank']}>{index + 1}</span>
            <div>
              <b>{what}</b>
              <div className={styles['meta']}>{how}</div>
            </div>
            {done ? (
              <Tag tone="verified" glyph="✓">
                {done}
              </Tag>
            ) : null}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
