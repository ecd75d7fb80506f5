import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ask } from '../../api/ask.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Panel, PanelBody } from '../../ui/panel.tsx';
import { ProposalStatusTag } from '../remediations/proposal-status-tag.tsx';

/** The proposals that were built on the same results for the same issue. */
export function FindingProposals({ assessmentId, issue }: { assessmentId: string; issue: string }) {
  const query = useQuery(ask('listRemediations', { query: { limit: 200 } }));
  return (
    <Panel title="Proposals for it">
      <PanelBody>
        <Loaded query={query} what="the proposals">
          {({ remediations }) => {
            const own = remediations.filter((one) => one.assessmentId === assessmentId && one.issues.includes(issue));
            if (own.length === 0) return <p className="dim">Nobody has proposed a fix yet.</p>;
            return own.map(({ proposalId, title, status }) => (
              <p key={proposalId}>
                <ProposalStatusTag status={status} />{' '}
                <Link to="/remediation/$id" params={{ id: proposalId }}>
                  {title}
                </Link>
              </p>
            ));
          }}
        </Loaded>
      </PanelBody>
    </Panel>
  );
}
