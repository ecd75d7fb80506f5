import { useQuery } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { refusalOf } from '../../api/refused-error.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { count } from '../../ui/plural.ts';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { byClient, type ClientGroup } from './by-client.ts';
import { ConfiguredServer } from './configured-server.tsx';
import { DriftPanel } from './drift-panel.tsx';

export function InventoryPanels({ id }: { id: string }) {
  const query = useQuery(ask('showConfiguration', { params: { id } }));
  if (refusalOf(query.error)?.code === 'not_found') {
    return (
      <Notice tone="low" title="◷ No inventory has arrived yet.">
        <p>The installer reports it when its link is up. Nothing needs to be reloaded.</p>
      </Notice>
    );
  }
  return (
    <Loaded query={query} what="the inventory">
      {({ inventory }) => (
        <>
          <p className="dim">
            {count(inventory.servers.length, 'MCP server')} in {count(inventory.files.length, 'file')} on{' '}
            {inventory.host.hostname} ({inventory.host.platform}), taken <Time at={inventory.takenAt} />. Values of
            secrets never leave the machine.
          </p>
          <DriftPanel drift={inventory.drift} />
          {byClient(inventory).map((group) => (
            <ClientPanel key={group.client} group={group} />
          ))}
        </>
      )}
    </Loaded>
  );
}

function ClientPanel({ group: { client, files, servers } }: { group: ClientGroup }) {
  return (
    <Panel title={client} aside={`${count(servers.length, 'server')} in ${count(files.length, 'file')}`}>
      <div>
        {files
          .filter(({ problem }) => problem !== undefined)
          .map(({ path, problem }) => (
            <Notice key={path} tone="high" title="▲ A file does not parse, so its servers are not listed.">
              <p>
                <code>{path}</code> {visibleText(problem?.message ?? '')}
                {problem?.line === undefined ? '' : `, line ${problem.line}`}
              </p>
            </Notice>
          ))}
        {servers.map((server) => (
          <ConfiguredServer key={`${server.path} ${server.pointer}`} server={server} />
        ))}
      </div>
    </Panel>
  );
}
