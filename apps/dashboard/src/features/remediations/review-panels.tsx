import type { Proposal, Vote } from '@mcp-coordinator/contract/remediations.contract';
import { Link } from '@tanstack/react-router';
import { FactList } from '../../ui/fact-list.tsx';
import { Panel, PanelBody } from '../../ui/panel.tsx';
import { count } from '../../ui/plural.ts';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import { effectOf } from './proposal-effect.ts';

const levelWords = ({ level, figure }: { level: string; figure: string }): string =>
  `${level.charAt(0).toUpperCase()}${level.slice(1)}: ${figure}`;

export function RiskPanel({ proposal: { risk } }: { proposal: Proposal }) {
  return (
    <Panel title="Risk of the change">
      <PanelBody>
        <FactList
          facts={[
            ['Impact', levelWords(risk.impact)],
            ['Effort', levelWords(risk.effort)],
            [
              'Track record',
              risk.successRate.level === 'unknown' ? risk.successRate.figure : levelWords(risk.successRate),
            ],
          ]}
        />
      </PanelBody>
    </Panel>
  );
}

export function BlastPanel({ proposal }: { proposal: Proposal }) {
  const { installers, clients, files, restart } = effectOf(proposal.preview.plans);
  const names = [...new Set(proposal.proposedActions.map(({ serverName }) => serverName))];
  return (
    <Panel title="Blast radius">
      <PanelBody>
        <FactList
          facts={[
            ['Servers', `${names.length} · ${names.join(', ')}`],
            [
              'Machines',
              installers.length === 0 ? null : (
                <span key="machines">
                  {installers.length} ·{' '}
                  {installers.map((id, index) => (
                    <span key={id}>
                      {index > 0 ? ', ' : ''}
                      <Link to="/servers/$id" params={{ id }}>
                        {id}
                      </Link>
                    </span>
                  ))}
                </span>
              ),
            ],
            ['Clients', clients.length === 0 ? null : `${clients.length} · ${clients.join(', ')}`],
            ['Files', files.length === 0 ? 'none' : files.length > 1 ? `${files.length}` : null],
            ['Restart', restart.length === 0 ? 'no client needs it' : restart.join(', ')],
          ]}
        />
      </PanelBody>
    </Panel>
  );
}

export function UndoPanel({ proposal }: { proposal: Proposal }) {
  const { undo } = effectOf(proposal.preview.plans);
  return (
    <Panel title="How to undo">
      <PanelBody>
        {undo.map((description) => (
          <p key={description}>{description}</p>
        ))}
        <p className="dim">
          If an action fails, everything done before it is undone by itself. Afterwards: <b>Roll back</b> on the page of
          the run.
        </p>
      </PanelBody>
    </Panel>
  );
}

export function VotesPanel({ votes }: { votes: readonly Vote[] }) {
  if (votes.length === 0) return null;
  return (
    <Panel title="Decisions" aside={count(votes.length, 'person', 'people')}>
      <PanelBody>
        {votes.map((vote) => (
          <div key={vote.approvalId}>
            <Tag tone={vote.decision === 'approved' ? 'low' : 'high'} glyph={vote.decision === 'approved' ? '✓' : '⊘'}>
              {vote.decision === 'approved' ? 'Approved' : 'Rejected'}
            </Tag>{' '}
            by {vote.username}, <Time at={vote.at} />
            {vote.selfApproved ? ' · own proposal' : ''}
            {vote.signed ? ' · signed with a passkey' : ''}
            <div className="dim">“{vote.reason}”</div>
          </div>
        ))}
      </PanelBody>
    </Panel>
  );
}
