import type { Severity } from '@mcp-coordinator/contract/findings.contract';
import type { Priority } from '@mcp-coordinator/contract/remediations.contract';
import type { ReactNode } from 'react';
import { Tag, type Tone } from './tag.tsx';

interface Mark {
  tone: Tone;
  glyph: string;
  word: string;
}

export const SEVERITY_MARKS: Record<Severity, Mark> = {
  critical: { tone: 'critical', glyph: '◆', word: 'Critical' },
  high: { tone: 'high', glyph: '▲', word: 'High' },
  medium: { tone: 'medium', glyph: '■', word: 'Medium' },
  low: { tone: 'low', glyph: '▽', word: 'Low' },
  info: { tone: 'neutral', glyph: '·', word: 'Info' },
};

/** `children` in the place of the bare word: “2 critical”, “High risk”. */
export function SeverityTag({ severity, children }: { severity: Severity | Priority; children?: ReactNode }) {
  const { tone, glyph, word } = SEVERITY_MARKS[severity];
  return (
    <Tag tone={tone} glyph={glyph}>
      {children ?? word}
    </Tag>
  );
}
