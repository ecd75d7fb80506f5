import type { Definitions } from '@mcp-coordinator/contract/inventory.contract';
import { FactList } from '../../ui/fact-list.tsx';
import { Notice } from '../../ui/notice.tsx';
import { count } from '../../ui/plural.ts';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import styles from './servers.module.css';

export const definitionWords = (definitions: Definitions): string => {
  switch (definitions.status) {
    case 'captured':
      return count(definitions.tools.length, 'tool');
    case 'failed':
      return 'did not start';
    case 'unknown':
      return 'not started';
  }
};

/** What the server said of itself. It is foreign text, shown with whatever would be invisible in it written out. */
export function DefinitionsView({ definitions }: { definitions: Definitions }) {
  if (definitions.status !== 'captured') {
    return (
      <Notice
        tone={definitions.status === 'failed' ? 'critical' : 'neutral'}
        title={definitions.status === 'failed' ? '✕ It was started and did not list its tools.' : 'It was not started.'}
      >
        <p>{visibleText(definitions.reason)}</p>
      </Notice>
    );
  }
  const { serverInfo, protocolVersion, capturedAt, startMs, instructions, tools, prompts, resources, digest } =
    definitions;
  return (
    <section>
      <h3>What it says of itself</h3>
      <FactList
        facts={[
          ['Server', `${visibleText(serverInfo.name)} ${visibleText(serverInfo.version)}, protocol ${protocolVersion}`],
          ['Captured', <Time key="captured" at={capturedAt} />],
          ['Start', `${Math.round(startMs)} ms`],
          ['Digest', <code key="digest">{digest}</code>],
          [
            'Offers',
            `${count(tools.length, 'tool')}, ${count(prompts.length, 'prompt')}, ${count(resources.length, 'resource')}`,
          ],
          ['Instructions', instructions && visibleText(instructions)],
        ]}
      />
      {tools.map((tool) => (
        <details key={tool.name}>
          <summary>
            <code>{visibleText(tool.name)}</code>{' '}
            {tool.title ? <span className="dim">{visibleText(tool.title)}</span> : null}
          </summary>
          <p>{visibleText(tool.description ?? 'It has no description.')}</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <pre className={styles['entry']} tabIndex={0}>
            {visibleText(JSON.stringify(tool.inputSchema ?? {}, null, 2))}
          </pre>
        </details>
      ))}
    </section>
  );
}
