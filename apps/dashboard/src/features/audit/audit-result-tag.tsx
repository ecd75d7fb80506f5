import type { AuditResult } from '@mcp-coordinator/contract/audit.contract';
import { Tag, type Tone } from '../../ui/tag.tsx';

const MARKS: Record<AuditResult, { tone: Tone; glyph: string; word: string }> = {
  success: { tone: 'neutral', glyph: '·', word: 'Success' },
  denied: { tone: 'high', glyph: '⊘', word: 'Denied' },
  failure: { tone: 'critical', glyph: '✕', word: 'Failure' },
};

export function AuditResultTag({ result, bare = true }: { result: AuditResult; bare?: boolean }) {
  const { tone, glyph, word } = MARKS[result];
  return (
    <Tag bare={bare} tone={tone} glyph={glyph}>
      {word}
    </Tag>
  );
}
