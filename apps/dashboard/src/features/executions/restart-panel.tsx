import type { ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import type { ExecutionStep } from '@mcp-coordinator/contract/executions.contract';
import { Panel, PanelBody } from '../../ui/panel.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { restartsOf } from './restarts-of.ts';

/** What people have to restart before the change takes effect, by machine. */
export function RestartPanel({ plans, steps }: { plans: readonly ActionPlan[]; steps: readonly ExecutionStep[] }) {
  const restarts = restartsOf(plans, steps);
  if (restarts.length === 0) return null;
  return (
    <Panel title="To take effect">
      <PanelBody>
        <ul>
          {restarts.map(({ machine, words }) => (
            <li key={`${machine} ${words}`}>
              <b>{visibleText(machine)}</b> {visibleText(words)}
            </li>
          ))}
        </ul>
        <p className="dim">Until then these clients run what they started with.</p>
      </PanelBody>
    </Panel>
  );
}
