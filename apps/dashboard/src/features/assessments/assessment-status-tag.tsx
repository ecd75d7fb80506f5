import type { AssessmentStatus } from '@mcp-coordinator/contract/assessments.contract';
import { Tag, type Tone } from '../../ui/tag.tsx';

const MARKS: Record<AssessmentStatus, { tone: Tone; glyph: string; word: string }> = {
  pending: { tone: 'low', glyph: '◷', word: 'Waiting' },
  running: { tone: 'low', glyph: '◷', word: 'Running' },
  completed: { tone: 'medium', glyph: '◷', word: 'To review' },
  failed: { tone: 'critical', glyph: '✕', word: 'Failed' },
  approved: { tone: 'verified', glyph: '✓', word: 'Approved' },
  rejected: { tone: 'neutral', glyph: '⊘', word: 'Rejected' },
};

export function AssessmentStatusTag({ status }: { status: AssessmentStatus }) {
  const { tone, glyph, word } = MARKS[status];
  return (
    <Tag tone={tone} glyph={glyph}>
      {word}
    </Tag>
  );
}
