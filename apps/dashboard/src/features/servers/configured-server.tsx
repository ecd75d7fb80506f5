import type { InventoryServer, Launch } from '@mcp-coordinator/contract/inventory.contract';
import { FactList } from '../../ui/fact-list.tsx';
import { Tag } from '../../ui/tag.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { DefinitionsView, definitionWords } from './definitions-view.tsx';
import styles from './servers.module.css';

const launchWords = ({ command, args = [], url }: Launch): string => url ?? [command ?? '', ...args].join(' ');

/** One configured server, folded; inside: how it is started, what was observed, what it said of itself. */
export function ConfiguredServer({ server }: { server: InventoryServer }) {
  const { name, scope, path, launch, observations, resolvedCommand, definitions, entry } = server;
  return (
    <details className={styles['server']}>
      <summary className={styles['summary']}>
        <span className={styles['name']}>{visibleText(name)}</span>
        <span className="dim">
          {scope} · {launch.transport} · {definitionWords(definitions)}
        </span>
        {launch.enabled ? null : (
          <Tag tone="neutral" glyph="—">
            Disabled
          </Tag>
        )}
      </summary>
      <div className={styles['inside']}>
        <FactList
          facts={[
            ['File', <code key="file">{path}</code>],
            ['Starts', <code key="starts">{visibleText(launchWords(launch))}</code>],
            ['Variables', launch.env && Object.keys(launch.env).join(', ')],
            ['Headers', launch.headers && Object.keys(launch.headers).join(', ')],
            ['Unasked', launch.autoApprove && launch.autoApprove.length > 0 ? launch.autoApprove.join(', ') : null],
            [
              'Command',
              resolvedCommand && (
                <span key="command">
                  <code>{resolvedCommand.path}</code>
                  {resolvedCommand.othersMayWrite ? ' ▲ others may write to it' : ''}
                </span>
              ),
            ],
          ]}
        />
        {observations.length > 0 ? (
          <section>
            <h3>Observations</h3>
            <FactList
              facts={observations.map(({ pointer, kind, detail, isReference }) => [
                pointer,
                `${kind.replaceAll('_', ' ')}${detail ? `, ${detail}` : ''}${isReference ? ', by reference' : ''}`,
              ])}
            />
          </section>
        ) : null}
        <section>
          <h3>Entry, secrets masked</h3>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <pre className={styles['entry']} tabIndex={0}>
            {visibleText(JSON.stringify(entry, null, 2) ?? '')}
          </pre>
        </section>
        <DefinitionsView definitions={definitions} />
      </div>
    </details>
  );
}
