import type { RolloutMachineStatus, RolloutProgress } from '@mcp-coordinator/contract/executions.contract';
import { Link } from '@tanstack/react-router';
import { Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import type { Mark } from './step-marks.ts';

const MARKS: Record<RolloutMachineStatus, Mark> = {
  pending: { tone: 'low', glyph: '◷', word: 'Waiting' },
  under_way: { tone: 'low', glyph: '◷', word: 'Running' },
  done: { tone: 'verified', glyph: '✓', word: 'Done' },
  failed: { tone: 'critical', glyph: '✕', word: 'Failed' },
  undone: { tone: 'verified', glyph: '↶', word: 'Undone' },
  away: { tone: 'medium', glyph: '■', word: 'Away, passed over' },
  changed: { tone: 'medium', glyph: '■', word: 'Changed, passed over' },
  skipped: { tone: 'neutral', glyph: '—', word: 'Never started' },
};

/** How a rollout goes, machine by machine. */
export function MachinesPanel({ rollout }: { rollout: RolloutProgress | null }) {
  if (rollout === null) return null;
  const { waves, wave, stopped, resumableUntil, machines } = rollout;
  return (
    <Panel
      title="Machines"
      aside={
        <>
          {stopped
            ? '▲ stopped: too many failed'
            : wave === null
              ? `all ${waves} waves had their turn`
              : `wave ${wave} of ${waves}`}
          {resumableUntil ? (
            <>
              {' '}
              · who was passed over has until <Time at={resumableUntil} />
            </>
          ) : null}
        </>
      }
    >
      <Table
        label="Machines"
        rows={machines}
        rowKey={({ installerId }) => installerId}
        columns={[
          {
            head: 'Machine',
            cell: ({ installerId, error }) => (
              <>
                <Link to="/servers/$id" params={{ id: installerId }}>
                  {installerId}
                </Link>
                {error ? <div>{visibleText(error)}</div> : null}
              </>
            ),
          },
          { head: 'Wave', align: 'right', cell: (machine) => machine.wave },
          {
            head: 'State',
            cell: ({ status }) => (
              <Tag tone={MARKS[status].tone} glyph={MARKS[status].glyph}>
                {MARKS[status].word}
              </Tag>
            ),
          },
        ]}
      />
    </Panel>
  );
}
