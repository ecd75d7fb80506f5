import type { ApiKey } from '@mcp-coordinator/contract/auth.contract';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/ask.ts';
import { askPages } from '../../api/pages.ts';
import { Button } from '../../ui/button.tsx';
import { Loaded, Quiet } from '../../ui/loaded.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Table } from '../../ui/table.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import { totalWords } from '../../ui/total-words.ts';
import { CreateKeyDialog } from './create-key-dialog.tsx';

export function ApiKeysPanel() {
  const [creating, setCreating] = useState(false);
  const query = useInfiniteQuery(askPages('listApiKeys', { limit: 50 }));
  const queryClient = useQueryClient();
  const revoking = useMutation({
    mutationFn: (id: string) => call('revokeApiKey', { params: { id } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['listApiKeys'] }),
  });
  const first = query.data?.pages[0];
  const keys = query.data?.pages.flatMap(({ apiKeys }) => apiKeys) ?? [];
  return (
    <Panel title="Machine keys" aside={<Button onClick={() => setCreating(true)}>Create key…</Button>}>
      <Loaded query={query} what="the keys">
        {() => (
          <div>
            {revoking.error ? <ProblemNotice error={revoking.error} /> : null}
            {keys.length === 0 ? (
              <Quiet>No machine has a key yet.</Quiet>
            ) : (
              <Table
                label="Machine keys"
                rows={keys}
                rowKey={({ id }) => id}
                columns={[
                  { head: 'Name', cell: ({ name }) => <b>{name}</b> },
                  {
                    head: 'Machine',
                    cell: ({ kind, serverId }) => (
                      <>
                        {serverId} <span className="dim">{kind}</span>
                      </>
                    ),
                  },
                  { head: 'Owner', narrow: 'hide', cell: ({ owner }) => owner },
                  {
                    head: 'Last used',
                    narrow: 'hide',
                    cell: ({ lastUsedAt }) => (lastUsedAt ? <Time at={lastUsedAt} /> : 'never'),
                  },
                  {
                    head: 'Expires',
                    narrow: 'hide',
                    cell: ({ expiresAt }) => (expiresAt ? <Time at={expiresAt} /> : 'never'),
                  },
                  { head: 'State', cell: stateTag },
                  {
                    head: 'Revoke',
                    headUnseen: true,
                    align: 'right',
                    cell: ({ id, name, revokedAt }) => (
                      <Button
                        aria-label={`Revoke ${name}`}
                        blocked={revokedAt ? 'It is revoked already' : undefined}
                        onClick={() => revoking.mutate(id)}
                      >
                        Revoke
                      </Button>
                    ),
                  },
                ]}
              />
            )}
            <MoreButton pages={query} shown={keys.length} of={first ? totalWords(first) : ''} />
          </div>
        )}
      </Loaded>
      {creating ? <CreateKeyDialog onClose={() => setCreating(false)} /> : null}
    </Panel>
  );
}

const stateTag = ({ revokedAt }: ApiKey) =>
  revokedAt ? (
    <Tag tone="neutral" glyph="—">
      Revoked
    </Tag>
  ) : (
    <Tag tone="verified" glyph="✓">
      Active
    </Tag>
  );
