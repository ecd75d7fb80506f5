import { useElementSize } from '@mantine/hooks';
import type { Execution, ExecutionStep } from '@mcp-coordinator/contract/executions.contract';
import { spread } from '../../ui/chart-scale.ts';
import { Panel } from '../../ui/panel.tsx';
import { useNow } from '../../ui/time.tsx';
import styles from './run.module.css';
import { STEP_MARKS } from './step-marks.ts';

const ROW = 22;
const HEAD = 24;
/** Below this span whole seconds would repeat on the axis. */
const SHORT_MS = 6_000;

/** When each action ran, on one time line; what is under way ends at the present moment. */
export function ThereAndBack({ execution, steps }: { execution: Execution; steps: readonly ExecutionStep[] }) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const now = useNow();
  const { startTime, finishedAt } = execution;
  if (startTime === null || steps.every(({ startedAt }) => startedAt === null)) return null;
  const from = new Date(startTime).getTime();
  const to = Math.max(from + 1000, finishedAt ? new Date(finishedAt).getTime() : now);
  const left = width < 600 ? 110 : 200;
  const x = (at: number) => left + ((at - from) / (to - from)) * Math.max(10, width - left - (width < 600 ? 116 : 150));
  const height = HEAD + steps.length * ROW + 4;
  return (
    <Panel title="There and back" aside="measured · times UTC">
      <div ref={ref} className={styles['line']}>
        {width === 0 ? (
          <div style={{ height }} />
        ) : (
          <svg
            width={width}
            height={height}
            role="img"
            aria-label="When each action ran; the table of actions says the same"
          >
            {spread(from, to, width < 600 ? 1 : 3).map((at) => (
              <g key={at}>
                <line x1={x(at)} x2={x(at)} y1={HEAD - 4} y2={height} stroke="var(--line)" />
                <text x={x(at)} y={12} textAnchor="middle">
                  {new Date(at).toISOString().slice(11, to - from < SHORT_MS ? 21 : 19)}
                </text>
              </g>
            ))}
            {steps.map((step, index) => (
              <Row key={step.id} step={step} number={index + 1} y={HEAD + index * ROW} x={x} now={now} left={left} />
            ))}
          </svg>
        )}
      </div>
    </Panel>
  );
}

interface RowProps {
  step: ExecutionStep;
  number: number;
  y: number;
  x: (at: number) => number;
  now: number;
  left: number;
}

function Row({ step, number, y, x, now, left }: RowProps) {
  const { tone, glyph, word } = STEP_MARKS[step.status];
  const colour = tone === 'neutral' ? 'var(--ink-2)' : `var(--${tone})`;
  const fill = tone === 'neutral' ? 'var(--sunken)' : `var(--${tone}-bg)`;
  const start = step.startedAt ? x(new Date(step.startedAt).getTime()) : left;
  const end = step.startedAt ? x(step.finishedAt ? new Date(step.finishedAt).getTime() : now) : left;
  const length = Math.max(2, end - start);
  const name = `${number}. ${step.serverName}`;
  const room = left < 150 ? 13 : 26;
  return (
    <g>
      <text className={styles['name']} x={0} y={y + 14}>
        {name.length > room ? `${name.slice(0, room - 1)}…` : name}
      </text>
      {step.startedAt ? <rect x={start} y={y + 2} width={length} height={16} fill={fill} stroke={colour} /> : null}
      <text x={step.startedAt ? end + 8 : left} y={y + 14} style={{ fill: colour, fontWeight: 600 }}>
        {glyph} {word}
      </text>
    </g>
  );
}
