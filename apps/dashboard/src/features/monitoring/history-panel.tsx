import { NativeSelect } from '@mantine/core';
import type { AlertRules, Metric } from '@mcp-coordinator/contract/monitoring.contract';
import type { RegisteredServer } from '@mcp-coordinator/contract/servers.contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import { LineChart, type Series } from '../../ui/line-chart.tsx';
import { Loaded, Quiet } from '../../ui/loaded.tsx';
import { Panel, PanelBody } from '../../ui/panel.tsx';
import { useNow } from '../../ui/time.tsx';
import { RANGE_SECONDS, type Range, stepOf } from './system-search.ts';
import { thresholdsOf } from './thresholds.ts';

/** One metric over a range; the far end moves once a minute, so that the query stays the same in between. */
const useHistory = (metric: Metric, range: Range, server?: string) => {
  const to = useNow(60);
  const from = to - RANGE_SECONDS[range] * 1000;
  return useQuery({
    ...ask('showMetricsHistory', {
      query: {
        metric,
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        step: stepOf(range),
        ...(server === undefined ? {} : { server }),
      },
    }),
    placeholderData: keepPreviousData,
  });
};

interface CurveProps {
  title: string;
  metric: Metric;
  range: Range;
  rules: AlertRules | undefined;
  server?: string;
  unit: 'ms' | '%';
  second?: Metric;
}

const words = (value: number, unit: 'ms' | '%'): string =>
  unit === 'ms' ? `${Math.round(value).toLocaleString('en-US')} ms` : `${value.toFixed(1)} %`;

function Curve({ title, metric, second, range, rules, server, unit }: CurveProps) {
  const query = useHistory(metric, range, server);
  const beside = useHistory(second ?? metric, range, server);
  return (
    <Loaded query={query} what="the curve">
      {({ points }) => {
        const last = points.at(-1);
        if (!last) return <Quiet>{title}: nothing was sampled in this range.</Quiet>;
        const series: Series[] = [
          { name: `${second ? 'p95 ' : ''}${words(last.average, unit)}`, points: curve(points) },
        ];
        const other = beside.data?.points;
        if (second && other?.length) {
          series.push({ name: `avg ${words(other.at(-1)?.average ?? 0, unit)}`, points: curve(other), quiet: true });
        }
        return (
          <div>
            <div className="dim">{title}</div>
            <LineChart
              label={`${title}: ${words(last.average, unit)} now`}
              height={150}
              unit={unit}
              series={series}
              thresholds={thresholdsOf(rules, metric, server).map((value) => ({ value, label: words(value, unit) }))}
            />
          </div>
        );
      }}
    </Loaded>
  );
}

const curve = (points: readonly { timestamp: string; average: number }[]) =>
  points.map(({ timestamp, average }) => ({ at: new Date(timestamp).getTime(), value: average }));

export interface HistoryPanelProps {
  servers: readonly RegisteredServer[];
  server: string | undefined;
  range: Range;
  rules: AlertRules | undefined;
  onServer: (server: string | undefined) => void;
}

const MACHINE = '';

export function HistoryPanel({ servers, server, range, rules, onServer }: HistoryPanelProps) {
  const options = [
    { value: MACHINE, label: 'This coordinator' },
    ...servers.map(({ id }) => ({ value: id, label: id })),
  ];
  return (
    <Panel
      title={server === undefined ? 'CPU and memory of this coordinator' : `Response time and errors of ${server}`}
      aside={
        <NativeSelect
          size="xs"
          aria-label="Whose curves"
          data={options}
          value={server ?? MACHINE}
          onChange={({ currentTarget: { value } }) => onServer(value === MACHINE ? undefined : value)}
        />
      }
    >
      <PanelBody>
        {server === undefined ? (
          <>
            <Curve title="CPU" metric="cpu_usage" unit="%" range={range} rules={rules} />
            <Curve title="Memory" metric="memory_usage" unit="%" range={range} rules={rules} />
          </>
        ) : (
          <>
            <Curve
              title="Response time"
              metric="response_time_p95"
              second="response_time"
              unit="ms"
              range={range}
              rules={rules}
              server={server}
            />
            <Curve title="Errors" metric="error_rate" unit="%" range={range} rules={rules} server={server} />
          </>
        )}
      </PanelBody>
    </Panel>
  );
}
