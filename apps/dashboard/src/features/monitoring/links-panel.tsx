import type { SystemMetrics } from '@mcp-coordinator/contract/monitoring.contract';
import type { RegisteredServer } from '@mcp-coordinator/contract/servers.contract';
import { Link } from '@tanstack/react-router';
import { Quiet } from '../../ui/loaded.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { ServerStatusTag, STATUS_ORDER } from './server-status-tag.tsx';

interface LinksPanelProps {
  servers: readonly RegisteredServer[];
  services: SystemMetrics['services'];
}

const ms = (value: number | undefined): string =>
  value === undefined ? '–' : Math.round(value).toLocaleString('en-US');

export function LinksPanel({ servers, services }: LinksPanelProps) {
  const rows = [...servers].sort(
    (a, b) => STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status) || a.id.localeCompare(b.id),
  );
  return (
    <Panel title="Links" aside="worst first">
      {rows.length === 0 ? (
        <Quiet>No installer and no compliance server has registered yet.</Quiet>
      ) : (
        <Table
          label="Links"
          rows={rows}
          rowKey={({ id }) => id}
          columns={[
            {
              head: 'Link',
              cell: ({ id, kind, reason }) => (
                <>
                  <Link to="/servers/$id" params={{ id }}>
                    {id}
                  </Link>{' '}
                  <span className="dim">{kind}</span>
                  {reason ? <div className="dim">{reason}</div> : null}
                </>
              ),
            },
            { head: 'State', cell: ({ status }) => <ServerStatusTag status={status} /> },
            {
              head: 'Average ms',
              align: 'right',
              narrow: 'hide',
              cell: ({ id }) => ms(services[id]?.responseTime.average),
            },
            { head: 'p95 ms', align: 'right', cell: ({ id }) => ms(services[id]?.responseTime.p95) },
            {
              head: 'Errors',
              align: 'right',
              narrow: 'hide',
              cell: ({ id }) => (services[id] ? `${services[id].errorRate.toFixed(1)} %` : '–'),
            },
            {
              head: 'Since',
              narrow: 'hide',
              cell: ({ linkedSince, lastSeenAt }) => {
                if (linkedSince) return <Time at={linkedSince} />;
                return lastSeenAt ? (
                  <>
                    last seen <Time at={lastSeenAt} />
                  </>
                ) : (
                  'never'
                );
              },
            },
          ]}
        />
      )}
    </Panel>
  );
}
