import type { AssessmentStatus } from '@mcp-coordinator/contract/assessments.contract';
import type { Moves } from '../state-machine.ts';

/** The life of an assessment (CONTRACT §4). Starting again is what a coordinator does that finds one whose owner died. */
export const ASSESSMENT_MOVES = {
  start: { from: ['pending', 'running'], to: 'running' },
  complete: { from: ['running'], to: 'completed' },
  fail: { from: ['pending', 'running'], to: 'failed' },
  approve: { from: ['completed'], to: 'approved' },
  reject: { from: ['completed'], to: 'rejected' },
} as const satisfies Moves<AssessmentStatus>;

/** A proposal may be built on it. */
export const canPropose = (status: AssessmentStatus): boolean => status === 'completed' || status === 'approved';
/** Its results stand and can be reported. */
export const hasResults = (status: AssessmentStatus): boolean => ['completed', 'approved', 'rejected'].includes(status);
