import type { MachineDemand } from '@mcp-coordinator/contract/consent.contract';
import type { Proposal } from '@mcp-coordinator/contract/remediations.contract';
import { Panel, PanelBody } from '../../ui/panel.tsx';
import { Tag } from '../../ui/tag.tsx';
import { askedPasskeys } from '../approvals/asked-passkeys.ts';

/** An installer that asks for signatures has carried nothing out without them. */
const CARRIED_OUT: readonly Proposal['status'][] = ['executed', 'rolled_back'];

const signersOf = ({ votes }: Proposal): string[] =>
  votes.filter(({ decision, signed }) => decision === 'approved' && signed).map(({ username }) => username);

/** Whose passkeys sign the change, and which machine looks at the signatures itself. */
export function ConsentPanel({ proposal }: { proposal: Proposal }) {
  const signers = signersOf(proposal);
  const asked = askedPasskeys(proposal);
  if (proposal.verifiedBy.length + signers.length + asked.length === 0) return null;
  return (
    <Panel title="End-to-end consent">
      <PanelBody>
        {proposal.verifiedBy.map((demand) => (
          <MachineLine key={demand.installerId} demand={demand} signers={signers} status={proposal.status} />
        ))}
        {proposal.verifiedBy.length === 0 && signers.length > 0 ? (
          <p>Signed with a passkey by {signers.join(' and ')}.</p>
        ) : null}
        {asked.map((words) => (
          <p key={words} className="dim">
            {words}.
          </p>
        ))}
      </PanelBody>
    </Panel>
  );
}

interface MachineLineProps {
  demand: MachineDemand;
  signers: readonly string[];
  status: Proposal['status'];
}

function MachineLine({ demand: { installerId, quorum, approvers }, signers, status }: MachineLineProps) {
  const known = signers.filter((name) => approvers.includes(name));
  if (CARRIED_OUT.includes(status)) {
    return (
      <p>
        <Tag tone="verified" glyph="✓">
          Verified
        </Tag>{' '}
        on {installerId} itself: the passkey of {known.join(' and ')}.
      </p>
    );
  }
  return (
    <p>
      <Tag tone={known.length >= quorum ? 'low' : 'medium'} glyph={known.length >= quorum ? '✓' : '◷'}>
        {Math.min(known.length, quorum)} of {quorum} signed
      </Tag>{' '}
      {installerId} verifies the passkeys by itself, of {approvers.join(', ')}.
    </p>
  );
}
