import { randomId } from '@mcp-coordinator/client/random-id';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/ask.ts';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';

export interface RejectDialogProps {
  subject: { proposalId: string } | { assessmentId: string } | { policyChangeId: string };
  title: string;
  /** What a rejection means for this subject. */
  consequence: string;
  onClose: () => void;
}

/** A rejection takes a reason and no token. */
export function RejectDialog({ subject, title, consequence, onClose }: RejectDialogProps) {
  const [approvalId] = useState(() => randomId('apr_'));
  const queryClient = useQueryClient();
  const reject = async (reason: string) => {
    await call('decideApproval', { body: { approvalId, ...subject, decision: 'rejected', reason } });
    await queryClient.invalidateQueries();
  };
  return (
    <ReasonDialog title={title} verb="Reject" act={reject} onClose={onClose}>
      <p>{consequence}</p>
    </ReasonDialog>
  );
}
