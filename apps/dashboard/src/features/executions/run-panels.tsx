import type { Execution, ExecutionStep } from '@mcp-coordinator/contract/executions.contract';
import { isOver } from '@mcp-coordinator/core/executions/execution-states';
import { Link } from '@tanstack/react-router';
import { FactList } from '../../ui/fact-list.tsx';
import { Panel, PanelBody } from '../../ui/panel.tsx';
import { ShortId } from '../../ui/short-id.tsx';
import { visibleText } from '../../ui/visible-text.ts';

const NEXT: Partial<Record<Execution['status'], string>> = {
  rolled_back: 'Nothing of it stands on disk. Mend the cause and propose the change anew.',
  failed:
    'What was applied still stands. See the actions for each file, then propose what is missing or roll it back by a new proposal.',
  rolling_back: 'Nothing to do: it goes back by itself.',
};

/** Why it failed, with the next thing to do. */
export function FailurePanel({ execution, steps }: { execution: Execution; steps: readonly ExecutionStep[] }) {
  const failed = steps.filter(({ error }) => error !== undefined);
  if (execution.error === null && failed.length === 0) return null;
  return (
    <Panel title={failed.length > 0 ? 'Why it failed' : 'Why it ended'}>
      <PanelBody>
        {execution.error ? <p>{visibleText(execution.error)}</p> : null}
        {failed.map(({ id, serverName, error = '' }) =>
          error === execution.error ? null : (
            <p key={id}>
              <b>{visibleText(serverName)}</b>: {visibleText(error)}
            </p>
          ),
        )}
        {NEXT[execution.status] ? <p className="dim">{NEXT[execution.status]}</p> : null}
      </PanelBody>
    </Panel>
  );
}

/** What the affected servers look like afterwards. */
export function OutcomePanel({ execution }: { execution: Execution }) {
  const { reassessmentId, results, rollbackOnFailure, parallelExecution, status } = execution;
  return (
    <Panel title="Verification">
      <PanelBody>
        <FactList
          facts={[
            [
              'Assessment',
              reassessmentId ? (
                <Link key="assessment" to="/assessment/runs/$id" params={{ id: reassessmentId }}>
                  <ShortId value={reassessmentId} />
                </Link>
              ) : isOver(status) ? (
                'none was made'
              ) : (
                'starts after the last action'
              ),
            ],
            ['Actions', `${results.successful} successful, ${results.failed} failed, of ${results.total}`],
            ['On failure', rollbackOnFailure ? 'everything is undone' : 'what is done stays'],
            ['Order', parallelExecution ? 'different files at the same time' : 'one after another'],
          ]}
        />
      </PanelBody>
    </Panel>
  );
}
