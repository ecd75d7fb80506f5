import type { ProposalStatus, ProposalSummary } from '@mcp-coordinator/contract/remediations.contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { askPages } from '../../api/pages.ts';
import { FreshRowsButton } from '../../ui/fresh-rows-button.tsx';
import { Loaded, Quiet } from '../../ui/loaded.tsx';
import { MoreButton } from '../../ui/more-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { SeverityTag } from '../../ui/severity-tag.tsx';
import { ShortId } from '../../ui/short-id.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { totalWords } from '../../ui/total-words.ts';
import { useHeldRows } from '../../ui/use-held-rows.ts';
import { byExpiryThenRisk } from './proposal-order.ts';
import { PROPOSAL_MARKS } from './proposal-status-tag.tsx';

const EMPTY: Record<ProposalStatus, string> = {
  pending: 'No proposal waits for approval.',
  approved: 'No approved change waits to be run.',
  executing: 'No change is under way.',
  executed: 'No change has been carried out yet.',
  rolled_back: 'No change was rolled back.',
  rejected: 'No proposal was rejected.',
  failed: 'No change failed.',
  cancelled: 'No change was cancelled.',
  expired: 'No proposal expired.',
  superseded: 'No proposal was superseded.',
};
const UNDECIDED: readonly ProposalStatus[] = ['pending', 'approved'];

const columns = (status: ProposalStatus): Column<ProposalSummary>[] => [
  {
    head: 'Change',
    cell: ({ proposalId, title, reason }) => (
      <>
        <Link to="/remediation/$id" params={{ id: proposalId }}>
          {title}
        </Link>
        <div className="dim">
          <ShortId value={proposalId} />
          {reason && !UNDECIDED.includes(status) ? ` · ${reason}` : ''}
        </div>
      </>
    ),
  },
  { head: 'Risk', cell: ({ priority }) => <SeverityTag severity={priority} /> },
  {
    head: 'Impact',
    narrow: 'hide',
    cell: ({ risk }) => <span className="dim">{risk.impact.figure}</span>,
  },
  { head: 'Proposed by', narrow: 'hide', cell: ({ proposedBy }) => proposedBy },
  UNDECIDED.includes(status)
    ? { head: 'Expires', cell: ({ expiresAt }) => (expiresAt ? <Time at={expiresAt} /> : 'never') }
    : { head: 'Proposed', cell: ({ createdAt }) => <Time at={createdAt} /> },
];

function Rows({ status, rows }: { status: ProposalStatus; rows: readonly ProposalSummary[] }) {
  const { shown, fresh, release } = useHeldRows(rows, ({ proposalId }) => proposalId);
  return (
    <>
      <FreshRowsButton fresh={fresh} onShow={release} />
      <Table
        label={PROPOSAL_MARKS[status].word}
        columns={columns(status)}
        rows={UNDECIDED.includes(status) ? shown.toSorted(byExpiryThenRisk) : shown}
        rowKey={(row) => row.proposalId}
      />
    </>
  );
}

/** The proposals in one state, a page at a time. */
export function ProposalList({ status }: { status: ProposalStatus }) {
  const query = useInfiniteQuery(askPages('listRemediations', { limit: 50, status }));
  const first = query.data?.pages[0];
  return (
    <Panel title={PROPOSAL_MARKS[status].word} aside={first ? totalWords(first) : undefined}>
      <Loaded query={query} what="the proposals">
        {({ pages }) => {
          const read = pages.flatMap(({ remediations }) => remediations);
          if (read.length === 0) return <Quiet>{EMPTY[status]}</Quiet>;
          return (
            <div>
              {/* Further pages are asked for: they are shown at once. */}
              <Rows key={pages.length} status={status} rows={read} />
              <MoreButton pages={query} shown={read.length} of={first ? totalWords(first) : ''} />
            </div>
          );
        }}
      </Loaded>
    </Panel>
  );
}
