import { Checkbox, NativeSelect } from '@mantine/core';
import type { Assessment } from '@mcp-coordinator/contract/assessments.contract';
import { PRIORITIES, type Priority } from '@mcp-coordinator/contract/remediations.contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { ask, call } from '../../api/ask.ts';
import { buttonClass } from '../../ui/button.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { count, listWords } from '../../ui/plural.ts';
import { ShortId } from '../../ui/short-id.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { serverWords } from '../assessments/server-words.ts';
import { issueWords, type MendableIssue, mendableIssues } from './mendable-issues.ts';

interface ProposeFixDialogProps {
  assessment: Pick<Assessment, 'assessmentId'>;
  /** The one issue to begin with; all that a proposal can mend when absent. */
  only?: string | undefined;
  onClose: () => void;
}

/** Lets the compliance server make the actions; what they would do is reviewed on the proposal's own page. */
export function ProposeFixDialog({ assessment: { assessmentId }, only, onClose }: ProposeFixDialogProps) {
  const [chosen, setChosen] = useState<readonly string[] | null>(only === undefined ? null : [only]);
  const [priority, setPriority] = useState<Priority | ''>('');
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const results = useQuery(ask('showAssessment', { params: { id: assessmentId } }));
  const issues = mendableIssues(results.data?.results ?? null);
  const offered = issues.filter(({ byHand }) => byHand === null).map(({ issue }) => issue);
  const wanted = chosen ?? offered;
  const proposing = useMutation({
    mutationFn: () =>
      call('generateRemediation', {
        body: { assessmentId, issues: [...wanted], ...(priority === '' ? {} : { priority }) },
      }),
    onSuccess: async ({ proposalId, unresolved }) => {
      await queryClient.invalidateQueries({ queryKey: ['listRemediations'] });
      if (unresolved.length === 0) await navigate({ to: '/remediation/$id', params: { id: proposalId } });
    },
  });
  if (proposing.data) return <Proposed {...proposing.data} onClose={onClose} />;
  const toggle = (issue: string, on: boolean) =>
    setChosen(on ? [...wanted, issue] : wanted.filter((one) => one !== issue));
  return (
    <FormDialog
      title="Propose a fix"
      verb="Propose"
      onClose={onClose}
      onSubmit={() => proposing.mutate()}
      busy={proposing.isPending}
      error={proposing.error}
      blocked={wanted.length === 0 ? 'Choose at least one issue' : undefined}
    >
      <p className="dim">
        Nothing is changed: one proposal is made for all of it, with a dry run, and waits for a person’s approval.
      </p>
      <Loaded query={results} what="the issues">
        {() => (
          <fieldset style={{ border: 0, margin: 0, padding: 0, display: 'grid', gap: 8 }}>
            <legend style={{ fontWeight: 600, padding: '0 0 6px' }}>Issues to mend</legend>
            {issues.map((one) => (
              <IssueChoice key={one.issue} one={one} checked={wanted.includes(one.issue)} onToggle={toggle} />
            ))}
          </fieldset>
        )}
      </Loaded>
      <NativeSelect
        label="Priority"
        data={[{ value: '', label: 'By the worst finding' }, ...PRIORITIES.map((value) => ({ value, label: value }))]}
        value={priority}
        onChange={({ currentTarget: { value } }) => setPriority(PRIORITIES.find((one) => one === value) ?? '')}
      />
    </FormDialog>
  );
}

interface IssueChoiceProps {
  one: MendableIssue;
  checked: boolean;
  onToggle: (issue: string, on: boolean) => void;
}

function IssueChoice({ one: { issue, servers, byHand }, checked, onToggle }: IssueChoiceProps) {
  const where = `on ${listWords(servers.map(serverWords), 6)}`;
  return (
    <Checkbox
      label={issueWords(issue)}
      description={byHand === null ? where : `${where}. No action mends it: ${visibleText(byHand)}`}
      disabled={byHand !== null}
      checked={checked && byHand === null}
      onChange={({ currentTarget }) => onToggle(issue, currentTarget.checked)}
    />
  );
}

interface ProposedProps {
  proposalId: string;
  unresolved: readonly { server: string; issue: string; reason: string }[];
  onClose: () => void;
}

/** Shown where something stays open; otherwise the review page follows at once. */
function Proposed({ proposalId, unresolved, onClose }: ProposedProps) {
  return (
    <FormDialog title="Propose a fix" verb="Done" onClose={onClose} onSubmit={onClose} busy={false} error={null}>
      <Notice tone="verified" title="✓ Proposed. It waits for approval." urgent>
        <p>
          The dry run is done and nothing was changed. <ShortId value={proposalId} />
        </p>
      </Notice>
      {unresolved.length > 0 ? (
        <Notice tone="medium" title={`■ ${count(unresolved.length, 'finding')} no action can mend`}>
          <ul>
            {unresolved.map(({ server, issue, reason }) => (
              <li key={`${server} ${issue} ${reason}`}>
                {serverWords(server)}, {issueWords(issue)}: {visibleText(reason)}
              </li>
            ))}
          </ul>
        </Notice>
      ) : null}
      <Link to="/remediation/$id" params={{ id: proposalId }} className={buttonClass()}>
        Review the proposal
      </Link>
    </FormDialog>
  );
}
