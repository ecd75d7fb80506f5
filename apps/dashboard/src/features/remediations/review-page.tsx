import type { Proposal } from '@mcp-coordinator/contract/remediations.contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ask } from '../../api/ask.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Columns } from '../../ui/panel.tsx';
import { SeverityTag } from '../../ui/severity-tag.tsx';
import { ShortId } from '../../ui/short-id.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import { Permitted } from '../auth/not-permitted.tsx';
import { ConsentPanel } from './consent-panel.tsx';
import { DryRunPanel } from './dry-run-panel.tsx';
import { ProposalStatusTag } from './proposal-status-tag.tsx';
import { TAB_LABELS, tabOf } from './remediation-tabs.ts';
import { ReviewFooter } from './review-footer.tsx';
import { BlastPanel, RiskPanel, UndoPanel, VotesPanel } from './review-panels.tsx';
import { RolloutPanel } from './rollout-panel.tsx';
import { WhatChangesPanel } from './what-changes-panel.tsx';
import { WhyPanel } from './why-panel.tsx';

const route = getRouteApi('/shell/remediation/$id');

/** What changes, where, why, how bad, how to undo: in one look, and then the decision. */
export function ReviewPage() {
  const { id } = route.useParams();
  const query = useQuery(ask('showRemediation', { params: { id } }));
  return (
    <Permitted to={['view_results']}>
      {query.data ? (
        <Review key={id} proposal={query.data} />
      ) : (
        <Page title={query.error ? 'This proposal cannot be shown.' : 'Reading the proposal…'}>
          <Loaded query={query} what="the proposal">
            {() => null}
          </Loaded>
        </Page>
      )}
    </Permitted>
  );
}

function Review({ proposal }: { proposal: Proposal }) {
  const tab = tabOf(proposal.status);
  return (
    <Page
      title={proposal.title}
      crumbs={
        <>
          <Link to="/remediation" search={tab === 'awaiting' ? {} : { tab }}>
            {TAB_LABELS[tab]}
          </Link>{' '}
          / <ShortId value={proposal.proposalId} />
        </>
      }
      context={<Standing proposal={proposal} />}
      footer={<ReviewFooter proposal={proposal} />}
    >
      <Columns
        main={
          <>
            <WhatChangesPanel plans={proposal.preview.plans} />
            <DryRunPanel proposal={proposal} />
          </>
        }
        side={
          <>
            <WhyPanel proposal={proposal} />
            <ConsentPanel proposal={proposal} />
            <RolloutPanel rollout={proposal.rollout} />
            <RiskPanel proposal={proposal} />
            <UndoPanel proposal={proposal} />
            <BlastPanel proposal={proposal} />
            <VotesPanel votes={proposal.votes} />
          </>
        }
      />
    </Page>
  );
}

function Standing({ proposal }: { proposal: Proposal }) {
  const given = proposal.votes.filter(({ decision }) => decision === 'approved').length;
  const needed = given + proposal.approvalsNeeded;
  const undecided = proposal.status === 'pending' || proposal.status === 'approved';
  return (
    <>
      <SeverityTag severity={proposal.priority}>
        {proposal.priority.charAt(0).toUpperCase() + proposal.priority.slice(1)} risk
      </SeverityTag>
      {proposal.status === 'pending' ? (
        <Tag tone="medium" glyph="◷">
          {given} of {needed} {needed === 1 ? 'approval' : 'approvals'}
        </Tag>
      ) : (
        <ProposalStatusTag status={proposal.status} />
      )}
      <span>
        Requested by {proposal.proposedBy}, <Time at={proposal.createdAt} form="relative" />
        {undecided && proposal.expiresAt ? (
          <>
            {' '}
            · Expires <Time at={proposal.expiresAt} />
          </>
        ) : null}
      </span>
    </>
  );
}
