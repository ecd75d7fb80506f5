import type { Execution, ExecutionStatus } from '@mcp-coordinator/contract/executions.contract';
import type { Proposal } from '@mcp-coordinator/contract/remediations.contract';
import { EXECUTION_MOVES } from '@mcp-coordinator/core/executions/execution-states';
import { canMove } from '@mcp-coordinator/core/state-machine';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api/ask.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Digest } from '../../ui/digest.tsx';
import { PageFooter } from '../../ui/page.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { missing, useMe } from '../auth/me.ts';

/** Why it can neither be stopped nor rolled back in this state. */
const NOT_NOW: Record<ExecutionStatus, string> = {
  pending: 'It has not been started',
  running: '',
  completed: '',
  rolling_back: 'Under way already',
  rolled_back: 'It is rolled back already',
  failed: 'It has ended; propose what undoes it',
  cancelled: 'Nothing was done that could be undone',
};

export function RunFooter({ execution, proposal }: { execution: Execution; proposal: Proposal }) {
  const me = useMe();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState(false);
  const { status, executionId } = execution;
  const stops = status === 'running';
  const verb = status === 'completed' ? 'Roll back' : 'Stop and roll back';
  const possible = canMove(EXECUTION_MOVES, status, 'begin_rollback');
  const act = async (reason: string) => {
    await call(stops ? 'cancelExecution' : 'rollbackExecution', { params: { id: executionId }, body: { reason } });
    await queryClient.invalidateQueries({ queryKey: ['showExecution'] });
  };
  return (
    <>
      <PageFooter
        readiness={
          <span>
            Approved with digest <Digest value={proposal.digest} />
          </span>
        }
      >
        {status === 'pending' ? (
          <Link className={buttonClass(true)} to="/remediation/$id" params={{ id: proposal.proposalId }}>
            Go to the proposal to run it
          </Link>
        ) : (
          <Button
            blocked={missing(me, 'execute_remediation') ?? (possible ? undefined : NOT_NOW[status])}
            onClick={() => setAsking(true)}
          >
            {verb}…
          </Button>
        )}
      </PageFooter>
      {asking ? (
        <ReasonDialog title={`${verb}: ${proposal.title}`} verb={verb} act={act} onClose={() => setAsking(false)}>
          <p>
            {stops
              ? 'No further action starts. What is done is undone, newest first.'
              : 'Every action is undone, newest first: to the byte where the file is as the change left it.'}
          </p>
        </ReasonDialog>
      ) : null}
    </>
  );
}
