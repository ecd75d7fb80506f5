import type { CallValue } from '@mcp-coordinator/client/route-call';
import type { Proposal } from '@mcp-coordinator/contract/remediations.contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ask } from '../../api/ask.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Columns } from '../../ui/panel.tsx';
import { SeverityTag } from '../../ui/severity-tag.tsx';
import { ShortId } from '../../ui/short-id.tsx';
import { Time } from '../../ui/time.tsx';
import { Permitted } from '../auth/not-permitted.tsx';
import { ActionsPanel } from './actions-panel.tsx';
import { LogPanel } from './log-panel.tsx';
import { MachinesPanel } from './machines-panel.tsx';
import { RestartPanel } from './restart-panel.tsx';
import { RunFooter } from './run-footer.tsx';
import { FailurePanel, OutcomePanel } from './run-panels.tsx';
import { RunState } from './run-state.tsx';
import { runTitle } from './run-words.ts';
import { ThereAndBack } from './there-and-back.tsx';

const route = getRouteApi('/shell/remediation/$id/run');

/** A change while it runs, and afterwards: what was done, what stands on disk now, how to go back. */
export function RunPage() {
  const { id } = route.useParams();
  const proposal = useQuery(ask('showRemediation', { params: { id } }));
  const executionId = proposal.data?.executionId ?? null;
  return (
    <Permitted to={['view_results']}>
      {proposal.data && executionId !== null ? (
        <RunOf proposal={proposal.data} executionId={executionId} />
      ) : (
        <Page title={proposal.data ? 'This proposal has no run.' : 'Reading the run…'}>
          <Loaded query={proposal} what="the run">
            {({ proposalId }) => (
              <Notice tone="low" title="It has not been approved yet.">
                <Link to="/remediation/$id" params={{ id: proposalId }}>
                  Review the proposal
                </Link>
              </Notice>
            )}
          </Loaded>
        </Page>
      )}
    </Permitted>
  );
}

function RunOf({ proposal, executionId }: { proposal: Proposal; executionId: string }) {
  const query = useQuery(ask('showExecution', { params: { id: executionId } }));
  if (!query.data) {
    return (
      <Page title={query.error ? 'This run cannot be shown.' : 'Reading the run…'}>
        <Loaded query={query} what="the run">
          {() => null}
        </Loaded>
      </Page>
    );
  }
  return <Run proposal={proposal} execution={query.data} />;
}

function Run({ proposal, execution }: { proposal: Proposal; execution: CallValue<'showExecution'> }) {
  const { actions: steps, rollout } = execution;
  const { proposalId, title, proposedBy, priority, votes } = proposal;
  const approvers = votes.filter(({ decision }) => decision === 'approved').map(({ username }) => username);
  return (
    <Page
      title={runTitle(execution, steps)}
      crumbs={
        <>
          <Link to="/remediation">Remediation</Link> /{' '}
          <Link to="/remediation/$id" params={{ id: proposalId }}>
            <ShortId value={proposalId} />
          </Link>{' '}
          / <ShortId value={execution.executionId} />
        </>
      }
      context={
        <>
          <SeverityTag severity={priority}>{priority.charAt(0).toUpperCase() + priority.slice(1)} risk</SeverityTag>
          <span>
            {title} · proposed by {proposedBy}, approved by {approvers.join(' and ')}
            {execution.startTime ? (
              <>
                , started{execution.startedBy ? ` by ${execution.startedBy}` : ''}{' '}
                <Time at={execution.startTime} seconds />
              </>
            ) : null}
          </span>
        </>
      }
      footer={<RunFooter execution={execution} proposal={proposal} />}
    >
      <RunState execution={execution} steps={steps} />
      <ThereAndBack execution={execution} steps={steps} />
      <Columns
        main={
          <>
            <MachinesPanel rollout={rollout} />
            <ActionsPanel steps={steps} plans={proposal.preview.plans} />
            <LogPanel steps={steps} />
          </>
        }
        side={
          <>
            <FailurePanel execution={execution} steps={steps} />
            <RestartPanel plans={proposal.preview.plans} steps={steps} />
            <OutcomePanel execution={execution} />
          </>
        }
      />
    </Page>
  );
}
