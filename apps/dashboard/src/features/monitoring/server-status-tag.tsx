import type { ServerStatus } from '@mcp-coordinator/contract/servers.contract';
import { Tag, type Tone } from '../../ui/tag.tsx';

const MARKS: Record<ServerStatus, { tone: Tone; glyph: string; word: string }> = {
  healthy: { tone: 'verified', glyph: '✓', word: 'Healthy' },
  degraded: { tone: 'high', glyph: '▲', word: 'Degraded' },
  unreachable: { tone: 'critical', glyph: '✕', word: 'Unreachable' },
  unknown: { tone: 'neutral', glyph: '■', word: 'Not known' },
};
export const STATUS_ORDER: readonly ServerStatus[] = ['unreachable', 'degraded', 'unknown', 'healthy'];

export function ServerStatusTag({ status }: { status: ServerStatus }) {
  const { tone, glyph, word } = MARKS[status];
  return (
    <Tag tone={tone} glyph={glyph}>
      {word}
    </Tag>
  );
}
