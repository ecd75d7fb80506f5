import type { ExecutionStatus, StepStatus } from '@mcp-coordinator/contract/executions.contract';
import type { Tone } from '../../ui/tag.tsx';

export interface Mark {
  tone: Tone;
  glyph: string;
  word: string;
}

export const STEP_MARKS: Record<StepStatus, Mark> = {
  pending: { tone: 'low', glyph: '◷', word: 'Waiting' },
  running: { tone: 'low', glyph: '◷', word: 'Running' },
  completed: { tone: 'verified', glyph: '✓', word: 'Applied' },
  failed: { tone: 'critical', glyph: '✕', word: 'Failed' },
  undoing: { tone: 'medium', glyph: '↶', word: 'Being undone' },
  undone: { tone: 'verified', glyph: '↶', word: 'Undone' },
  undo_failed: { tone: 'critical', glyph: '✕', word: 'Undo failed' },
  skipped: { tone: 'neutral', glyph: '—', word: 'Never started' },
};

/** What stands on disk because of it. */
export const ON_DISK: Record<StepStatus, Mark> = {
  pending: { tone: 'neutral', glyph: '—', word: 'Untouched' },
  running: { tone: 'medium', glyph: '◷', word: 'Being written' },
  completed: { tone: 'neutral', glyph: '→', word: 'Changed' },
  failed: { tone: 'neutral', glyph: '—', word: 'Not applied' },
  undoing: { tone: 'medium', glyph: '↶', word: 'Being written' },
  undone: { tone: 'verified', glyph: '✓', word: 'As before' },
  undo_failed: { tone: 'high', glyph: '▲', word: 'Still changed' },
  skipped: { tone: 'neutral', glyph: '—', word: 'Untouched' },
};

export const EXECUTION_MARKS: Record<ExecutionStatus, Mark> = {
  pending: { tone: 'low', glyph: '◷', word: 'Waiting' },
  running: { tone: 'low', glyph: '◷', word: 'Running' },
  completed: { tone: 'verified', glyph: '✓', word: 'Completed' },
  failed: { tone: 'critical', glyph: '✕', word: 'Failed' },
  cancelled: { tone: 'neutral', glyph: '—', word: 'Cancelled' },
  rolling_back: { tone: 'medium', glyph: '↶', word: 'Rolling back' },
  rolled_back: { tone: 'medium', glyph: '↶', word: 'Rolled back' },
};
