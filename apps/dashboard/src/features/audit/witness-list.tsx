import type { AuditWitness } from '@mcp-coordinator/contract/audit.contract';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';

/** Who keeps checkpoints elsewhere, and whether they still agree. Without one a rewriting of all of it cannot be seen. */
export function WitnessList({ witnesses }: { witnesses: readonly AuditWitness[] }) {
  if (witnesses.length === 0) return <div className="dim">kept nowhere else: no witness is configured</div>;
  return witnesses.map(({ name, size, seenAt, problem }) => (
    <div key={name}>
      {problem === null ? (
        <Tag bare tone="verified" glyph="✓">
          Witnessed
        </Tag>
      ) : (
        <Tag bare tone="critical" glyph="✕">
          Not witnessed
        </Tag>
      )}{' '}
      <code>{name}</code>{' '}
      <span className="dim">
        {problem ?? `${size.toLocaleString('en-US')} records`}
        {seenAt === null ? null : ', '}
        {seenAt === null ? null : <Time at={seenAt} seconds />}
      </span>
    </div>
  ));
}
