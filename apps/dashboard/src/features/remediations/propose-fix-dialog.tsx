import { Checkbox, NativeSelect } from '@mantine/core';
import type { Assessment } from '@mcp-coordinator/contract/assessments.contract';
import type { AssessmentResults } from '@mcp-coordinator/contract/findings.contract';
import { PRIORITIES, type Priority } from '@mcp-coordinator/contract/remediations.contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ask, call } from '../../api/ask.ts';
import { buttonClass } from '../../ui/button.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { count } from '../../ui/plural.ts';
import { ShortId } from '../../ui/short-id.tsx';
import { visibleText } from '../../ui/visible-text.ts';

const issuesOf = (results: AssessmentResults | null): string[] => [
  ...new Set(Object.values(results?.servers ?? {}).flatMap(({ issues }) => issues)),
];

/** Lets the compliance server make the actions; what they would do is reviewed on the proposal's own page. */
export function ProposeFixDialog({ assessment, onClose }: { assessment: Assessment; onClose: () => void }) {
  const { assessmentId } = assessment;
  const [skipped, setSkipped] = useState<readonly string[]>([]);
  const [priority, setPriority] = useState<Priority | ''>('');
  const queryClient = useQueryClient();
  const results = useQuery(ask('showAssessment', { params: { id: assessmentId } }));
  const issues = issuesOf(results.data?.results ?? null);
  const wanted = issues.filter((issue) => !skipped.includes(issue));
  const proposing = useMutation({
    mutationFn: () =>
      call('generateRemediation', {
        body: {
          assessmentId,
          ...(skipped.length > 0 ? { issues: wanted } : {}),
          ...(priority === '' ? {} : { priority }),
        },
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['listRemediations'] }),
  });
  if (proposing.data) return <Proposed {...proposing.data} onClose={onClose} />;
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
      <p className="dim">Nothing is changed: a proposal is made, with a dry run, and waits for a person’s approval.</p>
      <Loaded query={results} what="the issues">
        {() => (
          <fieldset style={{ border: 0, margin: 0, padding: 0, display: 'grid', gap: 6 }}>
            <legend style={{ fontWeight: 600, padding: 0 }}>Issues to mend</legend>
            {issues.map((issue) => (
              <Checkbox
                key={issue}
                label={issue.replaceAll('_', ' ')}
                checked={!skipped.includes(issue)}
                onChange={({ currentTarget: { checked } }) =>
                  setSkipped(checked ? skipped.filter((one) => one !== issue) : [...skipped, issue])
                }
              />
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

interface ProposedProps {
  proposalId: string;
  unresolved: readonly { server: string; issue: string; reason: string }[];
  onClose: () => void;
}

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
                {visibleText(server)}, {issue.replaceAll('_', ' ')}: {visibleText(reason)}
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
