import type { Severity } from '@mcp-coordinator/contract/findings.contract';
import { Link } from '@tanstack/react-router';
import { Quiet } from '../../ui/loaded.tsx';
import { Panel } from '../../ui/panel.tsx';
import { SEVERITY_MARKS } from '../../ui/severity-tag.tsx';
import { type Column, Table } from '../../ui/table.tsx';
import { Tag } from '../../ui/tag.tsx';
import { type ServerSum, sumByServer } from './finding-sums.ts';
import type { LatestResults } from './latest-results.ts';
import { serverAnchor } from './server-anchor.ts';
import { serverWords } from './server-words.ts';

const SHOWN = 6;
const COUNTED: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

const severityColumn = (severity: Severity): Column<ServerSum> => ({
  head: SEVERITY_MARKS[severity].word,
  align: 'right',
  cell: ({ counts }) =>
    counts[severity] === 0 ? (
      <span className="dim">–</span>
    ) : (
      <Tag bare tone={SEVERITY_MARKS[severity].tone} glyph={SEVERITY_MARKS[severity].glyph}>
        {counts[severity]}
      </Tag>
    ),
});

export function WorstServers({ latest }: { latest: LatestResults }) {
  if (!latest.results || !latest.assessment) {
    return (
      <Panel title="Worst servers">
        <Quiet>{latest.loading ? 'Reading the results…' : 'No results yet.'}</Quiet>
      </Panel>
    );
  }
  const { assessmentId } = latest.assessment;
  const sums = sumByServer(latest.results);
  const open = (
    <Link to="/assessment/runs/$id" params={{ id: assessmentId }}>
      all
    </Link>
  );
  return (
    <Panel
      title="Worst servers"
      aside={
        <>
          {sums.length} of {latest.serverCount} non-compliant · {open}
        </>
      }
    >
      {sums.length === 0 ? (
        <Quiet>Every assessed server complies.</Quiet>
      ) : (
        <Table
          label="Worst servers"
          rows={sums.slice(0, SHOWN)}
          rowKey={({ server }) => server}
          columns={[
            {
              head: 'Server',
              cell: ({ server }) => (
                <Link
                  to="/assessment/runs/$id"
                  params={{ id: assessmentId }}
                  hash={serverAnchor(server)}
                  title={server}
                >
                  {serverWords(server)}
                </Link>
              ),
            },
            ...COUNTED.map(severityColumn),
            {
              head: 'Worst finding',
              narrow: 'hide',
              cell: ({ worst, issues }) => worst?.rule ?? issues[0]?.replaceAll('_', ' ') ?? '–',
            },
          ]}
        />
      )}
    </Panel>
  );
}
