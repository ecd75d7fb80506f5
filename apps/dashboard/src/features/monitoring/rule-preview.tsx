import { type Condition, formatCondition } from '@mcp-coordinator/core/alerts/condition';
import { parseCondition } from '@mcp-coordinator/core/alerts/parse-condition';
import { useQuery } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { LineChart } from '../../ui/line-chart.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { count } from '../../ui/plural.ts';
import { Tag } from '../../ui/tag.tsx';
import { useNow } from '../../ui/time.tsx';

const STEP_S = 300;
const DAY_MS = 86_400_000;
const timeOf = (at: string): number => new Date(at).getTime();

/** The rule that is edited, beside what it would have done in the last 24 hours. */
export function RulePreview({ condition }: { condition: string }) {
  const parsed = parseCondition(condition);
  return parsed.ok ? <Preview condition={parsed.value} /> : null;
}

function Preview({ condition }: { condition: Condition }) {
  const to = useNow(300);
  const history = useQuery(
    ask('showMetricsHistory', {
      query: {
        metric: condition.metric,
        from: new Date(to - DAY_MS).toISOString(),
        to: new Date(to).toISOString(),
        step: STEP_S,
        ...(condition.server === null ? {} : { server: condition.server }),
      },
    }),
  );
  const trial = useQuery(ask('testAlertRule', { body: { condition: formatCondition(condition) } }));
  const points = history.data?.points ?? [];
  return (
    <Loaded query={trial} what="the last 24 hours">
      {({ series, to: end }) => {
        const samples = points.map(({ timestamp, average }) => ({ at: timeOf(timestamp), value: average }));
        const fired = series.reduce((sum, one) => sum + one.fired, 0);
        const shades = series.flatMap(({ firings }) =>
          firings.map(({ firedAt, resolvedAt }) => ({ from: timeOf(firedAt), to: timeOf(resolvedAt ?? end) })),
        );
        const words = fired === 0 ? 'Would not have fired' : `Would have fired ${count(fired, 'time')}`;
        return (
          <div>
            <Tag tone={fired > 0 ? 'high' : 'verified'} glyph={fired > 0 ? '▲' : '✓'}>
              {words} in the last 24 hours
            </Tag>
            {samples.length > 0 ? (
              <LineChart
                label={`${condition.metric} over the last 24 hours: ${words.toLowerCase()}`}
                height={110}
                series={[{ name: '', points: samples }]}
                thresholds={[{ value: condition.threshold, label: `${condition.threshold}` }]}
                shades={shades}
              />
            ) : (
              <p className="dim">Nothing was sampled in that time.</p>
            )}
          </div>
        );
      }}
    </Loaded>
  );
}
