import type { Assessment } from '@mcp-coordinator/contract/assessments.contract';
import { useQuery } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { LineChart } from '../../ui/line-chart.tsx';
import { Quiet } from '../../ui/loaded.tsx';
import { Panel, PanelBody } from '../../ui/panel.tsx';
import { count } from '../../ui/plural.ts';
import { shortId } from '../../ui/short-id.tsx';
import { openCurve } from './open-curve.ts';

export function OpenOverTime({ assessments }: { assessments: readonly Assessment[] }) {
  const points = openCurve(assessments);
  const executions = useQuery(ask('listExecutions', { query: { limit: 20, status: 'completed' } }));
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < 2) {
    return (
      <Panel title="Is it getting better?">
        <Quiet>This shows itself after the second assessment of the same servers.</Quiet>
      </Panel>
    );
  }
  const marks = (executions.data?.executions ?? [])
    .filter(({ finishedAt }) => finishedAt !== null)
    .map(({ proposalId, finishedAt }) => ({
      at: new Date(finishedAt ?? 0).getTime(),
      label: `${shortId(proposalId)} ran`,
    }))
    .filter(({ at }) => at >= first.at && at <= last.at);
  const change = last.value - first.value;
  const words = change === 0 ? 'as many as' : change > 0 ? `${change} more than` : `${-change} fewer than`;
  return (
    <Panel title="Is it getting better?" aside="open findings, each assessment of the same servers">
      <PanelBody>
        <div>
          <b style={{ fontSize: 20 }}>{last.value}</b> {last.value === 1 ? 'finding' : 'findings'} open, {words}{' '}
          {count(points.length - 1, 'assessment')} before
        </div>
        <LineChart
          label={`Open findings: ${first.value} at first, ${last.value} now`}
          height={150}
          series={[{ name: `${last.value} now`, points, step: true }]}
          marks={marks.slice(0, 3)}
        />
      </PanelBody>
    </Panel>
  );
}
