import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { ask } from '../../api/ask.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Columns } from '../../ui/panel.tsx';
import { count } from '../../ui/plural.ts';
import { Time } from '../../ui/time.tsx';
import { Permitted } from '../auth/not-permitted.tsx';
import { AlertRulesPanel } from './alert-rules-panel.tsx';
import { AlertsPanel } from './alerts-panel.tsx';
import { FailedNoticesPanel } from './failed-notices.tsx';
import { GaugesPanel } from './gauges-panel.tsx';
import { HistoryPanel } from './history-panel.tsx';
import { LinksPanel } from './links-panel.tsx';
import { SilencesPanel } from './silences-panel.tsx';
import { parseSystemSearch, RANGES, type Range } from './system-search.ts';
import { systemTitle } from './system-words.ts';

const route = getRouteApi('/shell/system');
const REREAD_MS = 15_000;

export function SystemPage() {
  return (
    <Permitted to={['view_metrics']}>
      <System />
    </Permitted>
  );
}

const RANGE_LABELS: Record<Range, string> = {
  '1h': 'Last hour',
  '6h': 'Last 6 hours',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
};

function System() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const metrics = useQuery({ ...ask('showSystemMetrics', {}), refetchInterval: REREAD_MS });
  const servers = useQuery(ask('listServers', { query: { limit: 200 } }));
  const firing = useQuery(ask('listAlerts', { query: { limit: 200, status: 'firing' } }));
  const rules = useQuery(ask('showAlertRules', {}));
  const all = servers.data?.servers;
  const range = search.range ?? '1h';
  const healthy = all?.filter(({ status }) => status === 'healthy').length ?? 0;
  const change = (part: { range?: string; server?: string | undefined }) =>
    void navigate({ search: parseSystemSearch({ ...search, ...part }), replace: true });
  return (
    <Page
      title={all && firing.data ? systemTitle(firing.data.alerts, all) : 'Reading the state of the system…'}
      context={
        all && metrics.data ? (
          <span>
            {healthy} of {count(all.length, 'link')} {healthy === 1 ? 'is' : 'are'} healthy · sampled{' '}
            <Time at={metrics.data.metrics.timestamp} seconds />
          </span>
        ) : null
      }
      actions={
        <NativeSelect
          aria-label="Range of the curves"
          value={range}
          onChange={(event) => change({ range: event.currentTarget.value })}
          data={RANGES.map((value) => ({ value, label: RANGE_LABELS[value] }))}
        />
      }
    >
      <Columns
        main={
          <>
            <Loaded query={servers} what="the links">
              {(data) => <LinksPanel servers={data.servers} services={metrics.data?.metrics.services ?? {}} />}
            </Loaded>
            <HistoryPanel
              servers={all ?? []}
              server={search.server}
              range={range}
              rules={rules.data?.alerts}
              onServer={(server) => change({ server })}
            />
            <Loaded query={metrics} what="the machine">
              {(data) => <GaugesPanel metrics={data.metrics} rules={rules.data?.alerts} />}
            </Loaded>
          </>
        }
        side={
          <>
            <AlertsPanel />
            <FailedNoticesPanel />
            <SilencesPanel />
            <AlertRulesPanel query={rules} />
          </>
        }
      />
    </Page>
  );
}
