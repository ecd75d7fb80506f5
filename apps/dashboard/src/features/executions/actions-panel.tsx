import type { ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import type { ExecutionStep } from '@mcp-coordinator/contract/executions.contract';
import { useState } from 'react';
import { TextButton } from '../../ui/button.tsx';
import { DiffView } from '../../ui/diff-view.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import { Tag } from '../../ui/tag.tsx';
import { durationWords } from '../../ui/time-words.ts';
import { visibleText } from '../../ui/visible-text.ts';
import { type Mark, ON_DISK, STEP_MARKS } from './step-marks.ts';

const tag = ({ tone, glyph, word }: Mark) => (
  <Tag tone={tone} glyph={glyph}>
    {word}
  </Tag>
);

const took = ({ startedAt, finishedAt }: ExecutionStep): string => {
  if (!startedAt || !finishedAt) return '–';
  const seconds = (new Date(finishedAt).getTime() - new Date(startedAt).getTime()) / 1000;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : durationWords(seconds);
};

export function ActionsPanel({ steps, plans }: { steps: readonly ExecutionStep[]; plans: readonly ActionPlan[] }) {
  const [shown, setShown] = useState<string>();
  const open = steps.find(({ id }) => id === shown);
  const placeOf = (id: string) => plans.find(({ actionId }) => actionId === id)?.target?.path;
  return (
    <Panel title="Actions" aside="in the order they run">
      <Table
        label="Actions"
        rows={steps}
        rowKey={({ id }) => id}
        isCurrent={({ id }) => id === shown}
        columns={[
          {
            head: 'Action',
            cell: (step) => (
              <>
                {steps.indexOf(step) + 1}. {visibleText(step.serverName)} <span className="dim">{step.type}</span>
                <div className="dim">
                  <code>{placeOf(step.id) ?? 'no file'}</code>
                </div>
                {step.error ? <div>{visibleText(step.error)}</div> : null}
              </>
            ),
          },
          {
            head: 'State',
            cell: ({ status }) => (
              <>
                {tag(STEP_MARKS[status])}
                <div className="only-narrow">On disk: {tag(ON_DISK[status])}</div>
              </>
            ),
          },
          { head: 'On disk now', narrow: 'hide', cell: ({ status }) => tag(ON_DISK[status]) },
          { head: 'Took', align: 'right', narrow: 'hide', cell: took },
          {
            head: 'Diff',
            cell: ({ id, diff }) =>
              diff === '' ? (
                <span className="dim nowrap">none</span>
              ) : (
                <TextButton aria-expanded={id === shown} onClick={() => setShown(id === shown ? undefined : id)}>
                  {id === shown ? 'Hide' : 'Show'}
                </TextButton>
              ),
          },
        ]}
      />
      {open ? <DiffView diff={open.diff} label={`Change made to ${open.serverName}`} /> : null}
    </Panel>
  );
}
