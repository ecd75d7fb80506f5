import { useElementSize } from '@mantine/hooks';
import { axisTicks, axisTime, spread } from './chart-scale.ts';
import styles from './line-chart.module.css';

export interface Series {
  /** Written at the end of the curve. */
  name: string;
  points: readonly { at: number; value: number }[];
  quiet?: boolean;
  step?: boolean;
}
export interface LineChartProps {
  /** The answer of the chart in words. */
  label: string;
  height: number;
  series: readonly Series[];
  unit?: string;
  /** Where an alert would fire. */
  thresholds?: readonly { value: number; label: string }[];
  /** What moved the curve. */
  marks?: readonly { at: number; label: string }[];
  /** When an alert was firing. */
  shades?: readonly { from: number; to: number }[];
}

const LEFT = 52;
const BOTTOM = 22;
const TOP_MIN = 10;
const MARK_ROW = 14;

const pathOf = (points: readonly (readonly [number, number])[], step: boolean): string =>
  points.map(([x, y], index) => (index === 0 ? `M${x} ${y}` : step ? `H${x}V${y}` : `L${x} ${y}`)).join('');

/** A curve over time that says what moved it; thresholds are lines in it. */
export function LineChart({
  label,
  height,
  series,
  unit = '',
  thresholds = [],
  marks = [],
  shades = [],
}: LineChartProps) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const all = series.flatMap(({ points }) => points);
  const times = all.map(({ at }) => at);
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const values = [...all.map(({ value }) => value), ...thresholds.map(({ value }) => value)];
  const above = TOP_MIN + marks.length * MARK_ROW;
  const ticks = axisTicks(Math.min(...values), Math.max(...values, 1));
  const top = ticks.at(-1) ?? 1;
  const bottom = ticks[0] ?? 0;
  const right = width < 480 ? 64 : 104;
  const x = (at: number) => LEFT + (to === from ? 0.5 : (at - from) / (to - from)) * Math.max(10, width - LEFT - right);
  const y = (value: number) => above + (1 - (value - bottom) / (top - bottom || 1)) * (height - above - BOTTOM);
  const end = Math.max(LEFT, width - right);
  return (
    <div ref={ref} className={styles['chart']} style={{ height }}>
      {width === 0 || all.length === 0 ? null : (
        <svg width={width} height={height} role="img" aria-label={label}>
          {shades.map((shade) => (
            <rect
              key={shade.from}
              className={styles['shade']}
              x={x(Math.max(from, shade.from))}
              y={above}
              width={Math.max(2, x(Math.min(to, shade.to)) - x(Math.max(from, shade.from)))}
              height={height - above - BOTTOM}
            />
          ))}
          {ticks.map((tick) => (
            <g key={tick}>
              <line className={styles['rule']} x1={LEFT} x2={end} y1={y(tick)} y2={y(tick)} />
              <text x={LEFT - 8} y={y(tick) + 4} textAnchor="end">
                {tick.toLocaleString('en-US')}
                {unit === '%' ? ' %' : ''}
              </text>
            </g>
          ))}
          {thresholds.map(({ value, label: words }) => (
            <g key={words}>
              <line className={styles['threshold']} x1={LEFT} x2={end} y1={y(value)} y2={y(value)} />
              <text className={styles['thresholdText']} x={end + 8} y={y(value) + 4}>
                ▲ {words}
              </text>
            </g>
          ))}
          {marks.map(({ at, label: words }, index) => (
            <g key={`${at} ${words}`}>
              <line
                className={styles['mark']}
                x1={x(at)}
                x2={x(at)}
                y1={TOP_MIN + index * MARK_ROW}
                y2={height - BOTTOM}
              />
              <text
                x={x(at) + (x(at) > width / 2 ? -5 : 5)}
                y={TOP_MIN + 8 + index * MARK_ROW}
                textAnchor={x(at) > width / 2 ? 'end' : 'start'}
              >
                {words}
              </text>
            </g>
          ))}
          {series.map(({ name, points, quiet = false, step = false }) => {
            const last = points.at(-1);
            return (
              <g key={name}>
                <path
                  className={quiet ? styles['quiet'] : styles['line']}
                  d={pathOf(
                    points.map((point) => [x(point.at), y(point.value)] as const),
                    step,
                  )}
                />
                {last ? (
                  <text className={styles['now']} x={end + 8} y={y(last.value) + 4}>
                    {name}
                  </text>
                ) : null}
              </g>
            );
          })}
          {spread(from, to, width < 480 ? 2 : 4).map((at, index, list) => (
            <text
              key={at}
              x={x(at)}
              y={height - 4}
              textAnchor={index === 0 ? 'start' : index === list.length - 1 ? 'end' : 'middle'}
            >
              {axisTime(at, to - from)}
            </text>
          ))}
        </svg>
      )}
    </div>
  );
}
