import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ask } from '../../api/ask.ts';
import { Loaded, Quiet } from '../../ui/loaded.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { AuditResultTag } from '../audit/audit-result-tag.tsx';

const SHOWN = 10;

/** What the audit log says of a server: links, drift, changes, and who was behind them. */
export function HistoryPanel({ id }: { id: string }) {
  const query = useQuery(ask('listAuditLogs', { query: { limit: SHOWN, search: id } }));
  const all = (
    <Link to="/audit" search={{ search: id }}>
      all
    </Link>
  );
  return (
    <Panel title="History" aside={<>newest first · {all}</>}>
      <Loaded query={query} what="the history">
        {({ logs }) =>
          logs.length === 0 ? (
            <Quiet>No record names it yet.</Quiet>
          ) : (
            <Table
              label="History"
              rows={logs}
              rowKey={({ id: record }) => record}
              columns={[
                { head: 'Time', cell: ({ timestamp }) => <Time at={timestamp} /> },
                {
                  head: 'Action',
                  cell: ({ id: event, action }) => (
                    <Link to="/audit" search={{ search: id, event }}>
                      {action.replaceAll('_', ' ')}
                    </Link>
                  ),
                },
                { head: 'Actor', narrow: 'hide', cell: ({ actor }) => actor },
                { head: 'Result', narrow: 'hide', cell: ({ result }) => <AuditResultTag result={result} /> },
              ]}
            />
          )
        }
      </Loaded>
    </Panel>
  );
}
