import type { Assessment } from '@mcp-coordinator/contract/assessments.contract';
import { ASSESSMENT_MOVES, canPropose } from '@mcp-coordinator/core/assessments/assessment-states';
import { canMove } from '@mcp-coordinator/core/state-machine';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { PageFooter } from '../../ui/page.tsx';
import { shortId } from '../../ui/short-id.tsx';
import { ApproveAssessmentDialog } from '../approvals/approve-assessment-dialog.tsx';
import { RejectDialog } from '../approvals/reject-dialog.tsx';
import { missing, useMe } from '../auth/me.ts';
import { ProposeFixDialog } from '../remediations/propose-fix-dialog.tsx';

const READINESS: Record<Assessment['status'], string> = {
  pending: '◷ It has not started',
  running: '◷ It is under way',
  completed: '◷ The results wait for a decision',
  failed: '✕ It failed: request another one',
  approved: '✓ The results are approved',
  rejected: '⊘ The results are rejected',
};

export function AssessmentFooter({ assessment }: { assessment: Assessment }) {
  const me = useMe();
  const [open, setOpen] = useState<'approve' | 'reject' | 'propose'>();
  const { assessmentId, status, summary } = assessment;
  const state = READINESS[status].slice(2);
  const decide =
    missing(me, 'approve_remediation') ?? (canMove(ASSESSMENT_MOVES, status, 'approve') ? undefined : state);
  const nothing = summary && summary.totalIssues === 0 ? 'Nothing was found that could be mended' : undefined;
  const propose = missing(me, 'propose_remediation') ?? (canPropose(status) ? nothing : state);
  const close = () => setOpen(undefined);
  const undecided = status === 'completed';
  return (
    <>
      <PageFooter
        readiness={
          <>
            <span>{READINESS[status]}</span>
            {propose === undefined || propose === state ? null : <span>⊘ {propose}</span>}
          </>
        }
      >
        <Button blocked={decide} onClick={() => setOpen('reject')}>
          Reject…
        </Button>
        <Button blocked={decide} filled={undecided && propose !== undefined} onClick={() => setOpen('approve')}>
          Approve…
        </Button>
        <Button filled={propose === undefined} blocked={propose} onClick={() => setOpen('propose')}>
          Propose a fix…
        </Button>
      </PageFooter>
      {open === 'approve' ? <ApproveAssessmentDialog assessment={assessment} onClose={close} /> : null}
      {open === 'propose' ? <ProposeFixDialog assessment={assessment} onClose={close} /> : null}
      {open === 'reject' ? (
        <RejectDialog
          subject={{ assessmentId }}
          title={`Reject the results of ${shortId(assessmentId)}`}
          consequence="The results stay readable and are marked as rejected; no proposal can be built on them."
          onClose={close}
        />
      ) : null}
    </>
  );
}
