import { STEP_STATUSES, type StepStatus } from '@mcp-coordinator/contract/executions.contract';
import { describe, expect, it } from 'vitest';
import { progressPercent, remainingMs } from './execution-progress.ts';

const steps = (...all: (StepStatus | [StepStatus, number | null])[]) =>
  all.map((one) =>
    typeof one === 'string' ? { status: one, expectedMs: 100 } : { status: one[0], expectedMs: one[1] },
  );

describe('progressPercent', () => {
  it.each(STEP_STATUSES.map((status) => [status]))('of a lone %s action', (status) => {
    const open: StepStatus[] = ['pending', 'running', 'undoing'];
    expect(progressPercent(steps(status))).toBe(open.includes(status) ? 0 : 100);
  });

  it('counts actions with an outcome, rounded', () => {
    expect(progressPercent([])).toBe(100);
    expect(progressPercent(steps('completed', 'running', 'pending'))).toBe(33);
    expect(progressPercent(steps('completed', 'failed', 'pending'))).toBe(67);
  });
});

describe('remainingMs', () => {
  it('sums what is open and measured', () => {
    expect(remainingMs(steps(['completed', 7], ['running', 200], ['pending', 30]))).toBe(230);
    expect(remainingMs(steps(['completed', null], ['undone', null]))).toBe(0);
    expect(remainingMs(steps(['pending', 0]))).toBe(0);
  });

  it('is unknown as soon as one open action was never measured', () => {
    expect(remainingMs(steps(['pending', 200], ['pending', null]))).toBeNull();
    expect(remainingMs(steps(['undoing', null]))).toBeNull();
  });
});
