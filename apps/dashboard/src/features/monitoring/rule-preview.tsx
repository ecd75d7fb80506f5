import type { Condition } from '@mcp-coordinator/core/alerts/condition';
import { parseCondition } from '@mcp-coordinator/core/alerts/parse-condition';
import { useQuery } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { LineChart } from '../../ui/line-chart.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { count } from '../../ui/plural.ts';
import { Tag } from '../../ui/tag.tsx';
import { useNow } from '../../ui/time.tsx';
import { wouldFire } from './would-fire.ts';

const STEP_S = 300;
const DAY_MS = 86_400_000;

/** The rule that is edited, beside what it would have done in the last 24 hours. */
export function RulePreview({ condition }: { condition: string }) {
  const parsed = parseCondition(condition);
  return parsed.ok ? <Preview condition={parsed.value} /> : null;
}

function Preview({ condition }: { condition: Condition }) {
  const to = useNow(300);
  const query = useQuery(
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
  return (
    <Loaded query={query} what="the last 24 hours">
      {({ points }) => {
        const samples = points.map(({ timestamp, average }) => ({ at: new Date(timestamp).getTime(), value: average }));
        const firings = wouldFire(condition, samples, STEP_S * 1000);
        const words =
          firings.length === 0 ? 'Would not have fired' : `Would have fired ${count(firings.length, 'time')}`;
        return (
          <div>
            <Tag tone={firings.length > 0 ? 'high' : 'verified'} glyph={firings.length > 0 ? '▲' : '✓'}>
              {words} in the last 24 hours
            </Tag>
            {samples.length > 0 ? (
              <LineChart
                label={`${condition.metric} over the last 24 hours: ${words.toLowerCase()}`}
                height={110}
                series={[{ name: '', points: samples }]}
                thresholds={[{ value: condition.threshold, label: `${condition.threshold}` }]}
                shades={firings}
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
