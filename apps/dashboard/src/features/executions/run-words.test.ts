import {
  EXECUTION_STATUSES,
  type Execution,
  type ExecutionStep,
  type StepStatus,
} from '@mcp-coordinator/contract/executions.contract';
import { expect, it } from 'vitest';
import { restartsOf } from './restarts-of.ts';
import { progressWords, runTitle } from './run-words.ts';

const steps = (...statuses: StepStatus[]) =>
  statuses.map((status, index) => ({ status, serverName: `s${index + 1}` }) as ExecutionStep);
const execution = (status: Execution['status'], completed = 0, total = 0) =>
  ({ status, results: { completed, total, successful: completed, failed: 0 } }) as Execution;

it.each([
  ['rolling_back', ['completed', 'undone', 'failed'], 'Action 3 failed. Everything done so far is being undone.'],
  ['rolling_back', ['undoing'], 'The change is being undone.'],
  ['rolled_back', ['undone', 'failed'], 'Action 2 failed. Everything done before it is undone.'],
  ['rolled_back', ['undone'], 'The change was rolled back: everything is as before.'],
  ['failed', ['completed', 'failed'], 'Action 2 failed. What was done before it still stands.'],
  ['failed', ['failed', 'skipped'], 'Action 1 failed. No other action was carried out.'],
  ['running', ['completed', 'running', 'pending'], 'Action 2 of 3 is running.'],
  ['completed', ['completed', 'completed'], 'Both actions are done.'],
] as const)('titles %s', (status, list, words) => {
  expect(runTitle(execution(status), steps(...list))).toBe(words);
});

it.each(EXECUTION_STATUSES)('has a sentence for %s', (status) => {
  expect(runTitle(execution(status), steps('pending'))).toMatch(/\.$/);
});

it('says how far it is, there and back', () => {
  expect(progressWords(execution('running', 1, 3), steps('completed', 'running', 'pending'))).toBe(
    '1 of 3 done, s2 is at work.',
  );
  expect(progressWords(execution('rolling_back', 2, 3), steps('undone', 'completed', 'failed'))).toBe('1 of 2 undone.');
});

it('says what to restart where something was written, each client of a machine once', () => {
  const plan = (actionId: string, installerId: string) => ({
    actionId,
    restart: ['Cursor: restart it'],
    target: { installerId, client: 'cursor', scope: 'user', path: '/a' } as const,
  });
  const steps = [
    { id: '1', status: 'completed' },
    { id: '2', status: 'completed' },
    { id: '3', status: 'undone' },
    { id: '4', status: 'skipped' },
  ] as const;
  expect(restartsOf([plan('1', 'm'), plan('2', 'm'), plan('3', 'n'), plan('4', 'o')], steps)).toEqual([
    { machine: 'm', words: 'Cursor: restart it' },
    { machine: 'n', words: 'Cursor: restart it' },
  ]);
});
