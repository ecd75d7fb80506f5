import type { Proposal } from '@mcp-coordinator/contract/remediations.contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { PageFooter } from '../../ui/page.tsx';
import { useNow } from '../../ui/time.tsx';
import { ApproveProposalDialog } from '../approvals/approve-proposal-dialog.tsx';
import { RejectDialog } from '../approvals/reject-dialog.tsx';
import { reviewReadiness } from '../approvals/review-readiness.ts';
import { useMe } from '../auth/me.ts';
import { RunDialog } from '../executions/run-dialog.tsx';
import { effectOf } from './proposal-effect.ts';
import { useStaleFiles } from './use-stale-files.ts';

/** An execution waits from the moment of approval; there is something to see once it was started. */
const hasRun = ({ executionId, status }: Proposal): boolean =>
  executionId !== null && ['executing', 'executed', 'rolled_back', 'failed', 'cancelled'].includes(status);

/** Readiness in words, then what one can do about it. */
export function ReviewFooter({ proposal }: { proposal: Proposal }) {
  const me = useMe();
  const now = useNow(10);
  const [open, setOpen] = useState<'approve' | 'reject' | 'run'>();
  const [heldToken, setHeldToken] = useState<string>();
  const servers = useQuery(ask('listServers', { query: { limit: 200 } }));
  const stale = useStaleFiles(proposal);
  const needed = effectOf(proposal.preview.plans).installers;
  const readiness = reviewReadiness({
    proposal,
    me,
    stale,
    servers: (servers.data?.servers ?? []).filter(({ id }) => needed.includes(id)),
    now,
  });
  const close = () => setOpen(undefined);
  return (
    <>
      <PageFooter
        readiness={readiness.lines.map(({ glyph, text }) => (
          <span key={text}>
            <span aria-hidden="true">{glyph}</span> {text}
          </span>
        ))}
      >
        {hasRun(proposal) ? (
          <Link className={buttonClass(true)} to="/remediation/$id/run" params={{ id: proposal.proposalId }}>
            See the run
          </Link>
        ) : proposal.status === 'approved' && (proposal.approval?.missing.length ?? 0) > 0 ? (
          <Button filled blocked={readiness.approve} onClick={() => setOpen('approve')}>
            Approve…
          </Button>
        ) : proposal.status === 'approved' ? (
          <Button filled blocked={readiness.run} onClick={() => setOpen('run')}>
            Run…
          </Button>
        ) : (
          <>
            <Button blocked={readiness.reject} onClick={() => setOpen('reject')}>
              Reject…
            </Button>
            <Button filled blocked={readiness.approve} onClick={() => setOpen('approve')}>
              Approve…
            </Button>
          </>
        )}
      </PageFooter>
      {open === 'approve' ? (
        <ApproveProposalDialog proposal={proposal} onClose={close} onApproved={setHeldToken} />
      ) : null}
      {open === 'run' ? <RunDialog proposal={proposal} heldToken={heldToken} onClose={close} /> : null}
      {open === 'reject' ? (
        <RejectDialog
          subject={{ proposalId: proposal.proposalId }}
          title={`Reject: ${proposal.title}`}
          consequence="One rejection ends the proposal. Nothing is changed; it can be proposed anew."
          onClose={close}
        />
      ) : null}
    </>
  );
}
