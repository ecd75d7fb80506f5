import type { ProposalStatus } from '@mcp-coordinator/contract/remediations.contract';
import { Tag, type Tone } from '../../ui/tag.tsx';

export const PROPOSAL_MARKS: Record<ProposalStatus, { tone: Tone; glyph: string; word: string }> = {
  pending: { tone: 'medium', glyph: '◷', word: 'Awaiting approval' },
  approved: { tone: 'low', glyph: '◷', word: 'Approved, not run' },
  executing: { tone: 'low', glyph: '◷', word: 'Running' },
  executed: { tone: 'verified', glyph: '✓', word: 'Done' },
  rolled_back: { tone: 'medium', glyph: '↶', word: 'Rolled back' },
  rejected: { tone: 'neutral', glyph: '⊘', word: 'Rejected' },
  failed: { tone: 'critical', glyph: '✕', word: 'Failed' },
  cancelled: { tone: 'neutral', glyph: '—', word: 'Cancelled' },
  expired: { tone: 'neutral', glyph: '—', word: 'Expired' },
  superseded: { tone: 'neutral', glyph: '—', word: 'Superseded' },
};

export function ProposalStatusTag({ status }: { status: ProposalStatus }) {
  const { tone, glyph, word } = PROPOSAL_MARKS[status];
  return (
    <Tag tone={tone} glyph={glyph}>
      {word}
    </Tag>
  );
}
