import type { Execution, ExecutionStep } from '@mcp-coordinator/contract/executions.contract';
import { isOver } from '@mcp-coordinator/core/executions/execution-states';
import { Tag } from '../../ui/tag.tsx';
import { Time, useNow } from '../../ui/time.tsx';
import { durationWords } from '../../ui/time-words.ts';
import styles from './run.module.css';
import { progressWords } from './run-words.ts';
import { EXECUTION_MARKS } from './step-marks.ts';

export function RunState({ execution, steps }: { execution: Execution; steps: readonly ExecutionStep[] }) {
  const now = useNow();
  const { tone, glyph, word } = EXECUTION_MARKS[execution.status];
  const { startTime, finishedAt, estimatedCompletion } = execution;
  const end = finishedAt ? new Date(finishedAt).getTime() : now;
  return (
    <div className={styles['state']}>
      <div>
        <Tag tone={tone} glyph={glyph}>
          {word}
        </Tag>{' '}
        <b>{progressWords(execution, steps)}</b>
      </div>
      <dl className={styles['figures']}>
        {startTime ? (
          <div>
            <dt>{finishedAt ? 'Took' : 'Elapsed'}</dt>
            <dd>{durationWords((end - new Date(startTime).getTime()) / 1000)}</dd>
          </div>
        ) : null}
        {finishedAt ? (
          <div>
            <dt>Ended</dt>
            <dd>
              <Time at={finishedAt} form="absolute" seconds />
            </dd>
          </div>
        ) : estimatedCompletion && !isOver(execution.status) && new Date(estimatedCompletion).getTime() > now ? (
          <div>
            <dt>Ends, about</dt>
            <dd>
              <Time at={estimatedCompletion} form="absolute" seconds />
            </dd>
          </div>
        ) : null}
      </dl>
      <div
        className={styles['progress']}
        data-tone={tone}
        role="progressbar"
        aria-label="Progress"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={execution.progress}
      >
        <span style={{ width: `${execution.progress}%` }} />
      </div>
    </div>
  );
}
