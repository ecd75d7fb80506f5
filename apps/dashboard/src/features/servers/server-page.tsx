import type { RegisteredServer } from '@mcp-coordinator/contract/servers.contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ask, call } from '../../api/ask.ts';
import { Button } from '../../ui/button.tsx';
import { FactList } from '../../ui/fact-list.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Columns, Panel, PanelBody } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Time } from '../../ui/time.tsx';
import { may, useMe } from '../auth/me.ts';
import { Permitted } from '../auth/not-permitted.tsx';
import { ServerStatusTag } from '../monitoring/server-status-tag.tsx';
import { HistoryPanel } from './history-panel.tsx';
import { InventoryPanels } from './inventory-panels.tsx';

const route = getRouteApi('/shell/servers/$id');

export function ServerPage() {
  const { id } = route.useParams();
  const query = useQuery(ask('showServer', { params: { id } }));
  return (
    <Permitted to={['view_results', 'view_metrics']}>
      {query.data ? (
        <Server server={query.data.server} />
      ) : (
        <Page title={query.error ? 'This server cannot be shown.' : 'Reading the server…'}>
          <Loaded query={query} what="the server">
            {() => null}
          </Loaded>
        </Page>
      )}
    </Permitted>
  );
}

const titleOf = ({ id, status, reason }: RegisteredServer): string => {
  const words = {
    healthy: `${id} is healthy.`,
    degraded: `${id} is degraded`,
    unreachable: `${id} cannot be reached`,
    unknown: `Nothing is known of ${id} yet`,
  }[status];
  return status === 'healthy' ? words : `${words}${reason ? `: ${reason.replace(/\.$/, '')}` : ''}.`;
};

function Server({ server }: { server: RegisteredServer }) {
  const me = useMe();
  const queryClient = useQueryClient();
  const pinging = useMutation({
    mutationFn: () => call('pingServerPost', { params: { id: server.id } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['showServer'] }),
  });
  const inventory = server.kind === 'installer' && may(me, 'view_results');
  return (
    <Page
      title={titleOf(server)}
      crumbs={
        <>
          <Link to="/servers">Servers</Link> / <code>{server.id}</code>
        </>
      }
      context={
        <>
          <ServerStatusTag status={server.status} />
          <span>
            {server.kind} · version {server.version}
          </span>
        </>
      }
      actions={
        <Button busy={pinging.isPending} onClick={() => pinging.mutate()}>
          Ping
        </Button>
      }
    >
      {pinging.error ? <ProblemNotice error={pinging.error} /> : null}
      {pinging.data ? (
        <Notice tone="verified" title={`✓ It answered in ${pinging.data.latencyMs.toFixed(0)} ms.`} urgent />
      ) : null}
      <Columns
        main={
          <>
            {inventory ? <InventoryPanels id={server.id} /> : <Tools server={server} />}
            {may(me, 'view_audit') ? <HistoryPanel id={server.id} /> : null}
          </>
        }
        side={<About server={server} />}
      />
    </Page>
  );
}

function About({ server }: { server: RegisteredServer }) {
  const {
    kind,
    labels,
    version,
    linkedSince,
    lastSeenAt,
    registeredAt,
    inventoryAt,
    mcpServers,
    endpoint,
    tools,
    contact,
    consent,
  } = server;
  return (
    <Panel title="About">
      <PanelBody>
        <FactList
          facts={[
            ['Kind', kind],
            ['Labels', labels.join(', ')],
            ['Version', version],
            ['Reached by', endpoint ? <code key="endpoint">{endpoint.url}</code> : 'its own link'],
            ['Linked', linkedSince ? <Time key="linked" at={linkedSince} /> : 'not now'],
            ['Last seen', lastSeenAt && <Time key="seen" at={lastSeenAt} />],
            ['Registered', <Time key="registered" at={registeredAt} />],
            ['Inventory', inventoryAt && <Time key="inventory" at={inventoryAt} />],
            [
              'Verifies by itself',
              consent && `${consent.quorum} of ${consent.approvers.join(', ')}, each with a passkey`,
            ],
            ['MCP servers', mcpServers],
            ['Tools', kind === 'installer' ? tools.join(', ') : null],
            ['Contact', contact && JSON.stringify(contact)],
          ]}
        />
      </PanelBody>
    </Panel>
  );
}

function Tools({ server }: { server: RegisteredServer }) {
  return (
    <Panel title="Tools" aside={`${server.tools.length}`}>
      <PanelBody>
        <ul>
          {server.tools.map((tool) => (
            <li key={tool}>
              <code>{tool}</code>
            </li>
          ))}
        </ul>
      </PanelBody>
    </Panel>
  );
}
