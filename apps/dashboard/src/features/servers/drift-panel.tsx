import type { Inventory } from '@mcp-coordinator/contract/inventory.contract';
import { Panel } from '../../ui/panel.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import styles from './servers.module.css';

type Drift = NonNullable<Inventory['drift']>[number];

const changeWords = ({ servers }: Drift): string =>
  servers.length === 0
    ? 'the file cannot be read any more, or only what stands beside its servers changed'
    : servers.map(({ name, change }) => `${visibleText(name)} ${change}`).join(', ');

/** What was changed past the coordinator and still stands. */
export function DriftPanel({ drift = [] }: { drift: Inventory['drift'] | undefined }) {
  if (drift.length === 0) return null;
  return (
    <Panel
      title="Changed from outside"
      aside={
        <Tag tone="high" glyph="▲">
          nobody approved it here
        </Tag>
      }
    >
      <ul>
        {drift.map((one) => (
          <li key={`${one.path} ${one.seenAt}`} className={styles['drift']}>
            <code>{one.path}</code> <span className="dim">{one.client}</span>
            <div>
              {changeWords(one)}, seen <Time at={one.seenAt} />
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
