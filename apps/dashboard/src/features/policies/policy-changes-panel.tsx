import type { PolicyChangeStatus } from '@mcp-coordinator/contract/policies.contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Loaded, Quiet } from '../../ui/loaded.tsx';
import { NoticeRow } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Tag, type Tone } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { RejectDialog } from '../approvals/reject-dialog.tsx';
import { missing, useMe } from '../auth/me.ts';
import { ApprovePolicyDialog } from './decide-policy-dialog.tsx';
import styles from './policies.module.css';
import { differenceWords, type ListedChange } from './policy-draft.ts';

const MARKS: Record<PolicyChangeStatus, { tone: Tone; glyph: string; word: string }> = {
  pending: { tone: 'medium', glyph: '◷', word: 'Awaiting another admin' },
  applied: { tone: 'verified', glyph: '✓', word: 'In force' },
  rejected: { tone: 'neutral', glyph: '⊘', word: 'Rejected' },
  expired: { tone: 'neutral', glyph: '—', word: 'Expired' },
  superseded: { tone: 'neutral', glyph: '—', word: 'Replaced' },
};

/** Every change of the approval policy, newest first: what differs, who asked for it and why, who decided. */
export function PolicyChangesPanel() {
  const query = useQuery(ask('listPolicyChanges', { query: { limit: 20 } }));
  return (
    <Panel title="Changes of the approval policy" aside="newest first">
      <Loaded query={query} what="the changes">
        {({ changes }) =>
          changes.length === 0 ? (
            <Quiet>The policy is as it was at the start.</Quiet>
          ) : (
            <div>
              {changes.map((change) => (
                <ChangeText key={change.policyChangeId} change={change} />
              ))}
            </div>
          )
        }
      </Loaded>
    </Panel>
  );
}

function ChangeText({ change }: { change: ListedChange }) {
  const { status, proposedBy, createdAt, reason, differences, decidedBy, decidedAt, policyChangeId, version } = change;
  const { tone, glyph, word } = MARKS[status];
  const me = useMe();
  const [open, setOpen] = useState<'approve' | 'reject'>();
  const permission = missing(me, 'manage_policy') ?? missing(me, 'approve_remediation');
  const own = proposedBy === me.username ? 'You asked for it: another admin must approve' : undefined;
  const close = () => setOpen(undefined);
  return (
    <article className={styles['change']}>
      <div>
        <Tag tone={tone} glyph={glyph}>
          {word}
          {version === null ? '' : `: version ${version}`}
        </Tag>{' '}
        {proposedBy}, <Time at={createdAt} />
        {decidedBy && decidedBy !== proposedBy && decidedAt ? (
          <>
            {' '}
            · decided by {decidedBy}, <Time at={decidedAt} />
          </>
        ) : null}
      </div>
      {differences.map((one) => (
        <code key={one.path}>{visibleText(differenceWords(one))}</code>
      ))}
      <div className="dim">“{visibleText(reason)}”</div>
      {status === 'pending' ? (
        <>
          {own || permission ? <div className="dim">⊘ {permission ?? own}</div> : null}
          <NoticeRow>
            <Button blocked={permission} onClick={() => setOpen('reject')}>
              {own ? 'Withdraw…' : 'Reject…'}
            </Button>
            <Button filled blocked={permission ?? own} onClick={() => setOpen('approve')}>
              Approve…
            </Button>
          </NoticeRow>
        </>
      ) : null}
      {open === 'approve' ? <ApprovePolicyDialog change={change} onClose={close} /> : null}
      {open === 'reject' ? (
        <RejectDialog
          subject={{ policyChangeId }}
          title="Reject the change of the policy"
          consequence="The policy stays as it is. The change can be proposed anew."
          onClose={close}
        />
      ) : null}
    </article>
  );
}
