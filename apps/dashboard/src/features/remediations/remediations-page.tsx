import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ask } from '../../api/ask.ts';
import { Page } from '../../ui/page.tsx';
import tabStyles from '../../ui/tab-links.module.css';
import { Permitted } from '../auth/not-permitted.tsx';
import { ProposalList } from './proposal-list.tsx';
import { queueTitle } from './queue-title.ts';
import { TAB_LABELS, TAB_STATUSES, TABS } from './remediation-tabs.ts';

const route = getRouteApi('/shell/remediation');

export function RemediationsPage() {
  return (
    <Permitted to={['view_results']}>
      <Remediations />
    </Permitted>
  );
}

function Remediations() {
  const { tab = 'awaiting' } = route.useSearch();
  const one = { limit: 1 };
  const pending = useQuery(ask('listRemediations', { query: { ...one, status: 'pending' } }));
  const approved = useQuery(ask('listRemediations', { query: { ...one, status: 'approved' } }));
  const running = useQuery(ask('listRemediations', { query: { ...one, status: 'executing' } }));
  const known = pending.data && approved.data && running.data;
  return (
    <Page
      title={known ? queueTitle(pending.data.total, approved.data.total, running.data.total) : 'Reading the proposals…'}
      context="Nothing here runs without a person’s approval. The soonest to expire stands first, then the highest risk."
    >
      <nav className={tabStyles['tabs']} aria-label="Proposals by state">
        {TABS.map((name) => (
          <Link
            key={name}
            to="/remediation"
            search={name === 'awaiting' ? {} : { tab: name }}
            className={tabStyles['tab']}
            activeOptions={{ exact: true }}
            aria-current={name === tab ? 'page' : undefined}
          >
            {TAB_LABELS[name]}
          </Link>
        ))}
      </nav>
      {TAB_STATUSES[tab].map((status) => (
        <ProposalList key={status} status={status} />
      ))}
    </Page>
  );
}
