import type { ExecutionStep } from '@mcp-coordinator/contract/executions.contract';
import { Quiet } from '../../ui/loaded.tsx';
import { Panel } from '../../ui/panel.tsx';
import { count } from '../../ui/plural.ts';
import { visibleText } from '../../ui/visible-text.ts';
import styles from './run.module.css';

const logLines = (steps: readonly ExecutionStep[]): { key: string; number: number; text: string }[] =>
  steps.flatMap(({ id, log }, index) => log.map((text, line) => ({ key: `${id} ${line}`, number: index + 1, text })));

export function LogPanel({ steps }: { steps: readonly ExecutionStep[] }) {
  const lines = logLines(steps);
  return (
    <Panel title="Log" aside={`${count(lines.length, 'line')} · by action · secrets masked`}>
      {lines.length === 0 ? (
        <Quiet>Nothing has been logged yet.</Quiet>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className={styles['log']} aria-label="Log lines, each after the number of its action" tabIndex={0}>
          {lines.flatMap(({ key, number, text }) => [
            <span key={`${key} number`} className="dim">
              {number}
            </span>,
            <span key={key}>{visibleText(text)}</span>,
          ])}
        </section>
      )}
    </Panel>
  );
}
