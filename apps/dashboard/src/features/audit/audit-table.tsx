import type { CallValue } from '@mcp-coordinator/client/route-call';
import type { AuditLog } from '@mcp-coordinator/contract/audit.contract';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { TextButton } from '../../ui/button.tsx';
import { Loaded, Quiet } from '../../ui/loaded.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { totalWords } from '../../ui/total-words.ts';
import { visibleText } from '../../ui/visible-text.ts';
import { AuditResultTag } from './audit-result-tag.tsx';

export interface AuditTableProps {
  query: UseInfiniteQueryResult<InfiniteData<CallValue<'listAuditLogs'>>>;
  logs: readonly AuditLog[];
  current: string | undefined;
  onOpen: (id: string) => void;
}

export function AuditTable({ query, logs, current, onOpen }: AuditTableProps) {
  const first = query.data?.pages[0];
  return (
    <Panel title="Events" aside={first ? `newest first · ${totalWords(first)}` : 'newest first'}>
      <Loaded query={query} what="the records">
        {() =>
          logs.length === 0 ? (
            <Quiet>No record fits these filters.</Quiet>
          ) : (
            <div>
              <Table
                label="Audit records"
                rows={logs}
                rowKey={({ id }) => id}
                isCurrent={({ id }) => id === current}
                columns={[
                  {
                    head: 'Time',
                    cell: ({ timestamp }) => (
                      <span className="nowrap">
                        <Time at={timestamp} form="absolute" seconds />
                      </span>
                    ),
                  },
                  { head: 'Actor', narrow: 'hide', cell: ({ actor }) => visibleText(actor) },
                  {
                    head: 'Action',
                    cell: ({ id, action, actor }) => (
                      <>
                        <TextButton onClick={() => onOpen(id)} aria-haspopup="dialog">
                          {action}
                        </TextButton>
                        <div className="only-narrow dim">{visibleText(actor)}</div>
                      </>
                    ),
                  },
                  { head: 'Target', narrow: 'hide', cell: ({ target }) => <code>{visibleText(target)}</code> },
                  { head: 'Result', cell: ({ result }) => <AuditResultTag result={result} /> },
                ]}
              />
              <MoreButton pages={query} shown={logs.length} of={first ? totalWords(first) : ''} />
            </div>
          )
        }
      </Loaded>
    </Panel>
  );
}
