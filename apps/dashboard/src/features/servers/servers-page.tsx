import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { askPages } from '../../api/pages.ts';
import { Loaded, Quiet } from '../../ui/loaded.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { count } from '../../ui/plural.ts';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { totalWords } from '../../ui/total-words.ts';
import { Permitted } from '../auth/not-permitted.tsx';
import { ServerStatusTag } from '../monitoring/server-status-tag.tsx';
import { serversTitle } from './servers-title.ts';

export function ServersPage() {
  return (
    <Permitted to={['view_results', 'view_metrics']}>
      <Servers />
    </Permitted>
  );
}

function Servers() {
  const query = useInfiniteQuery(askPages('listServers', { limit: 200 }));
  const first = query.data?.pages[0];
  const servers = query.data?.pages.flatMap((page) => page.servers) ?? [];
  const known = servers.reduce((sum, { mcpServers }) => sum + (mcpServers ?? 0), 0);
  return (
    <Page
      title={query.data ? serversTitle(servers) : 'Reading the servers…'}
      context={`Installers report ${count(known, 'MCP server')}. A compliance server judges them.`}
    >
      <Panel title="Installers and compliance servers" aside={first ? totalWords(first) : undefined}>
        <Loaded query={query} what="the servers">
          {() =>
            servers.length === 0 ? (
              <Quiet>
                Make a key under <Link to="/access">Access</Link>, and start an installer or a compliance server with
                it.
              </Quiet>
            ) : (
              <div>
                <Table
                  label="Installers and compliance servers"
                  rows={servers}
                  rowKey={({ id }) => id}
                  columns={[
                    {
                      head: 'Server',
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
                    { head: 'MCP servers', align: 'right', cell: ({ mcpServers }) => mcpServers ?? '–' },
                    { head: 'Version', narrow: 'hide', cell: ({ version }) => version },
                    {
                      head: 'Last seen',
                      narrow: 'hide',
                      cell: ({ lastSeenAt }) => (lastSeenAt ? <Time at={lastSeenAt} /> : 'never'),
                    },
                  ]}
                />
                <MoreButton pages={query} shown={servers.length} of={first ? totalWords(first) : ''} />
              </div>
            )
          }
        </Loaded>
      </Panel>
    </Page>
  );
}
