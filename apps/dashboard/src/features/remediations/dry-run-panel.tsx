import type { ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import type { Proposal } from '@mcp-coordinator/contract/remediations.contract';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel, PanelBody } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Table } from '../../ui/table.tsx';
import { Tag, type Tone } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { missing, useMe } from '../auth/me.ts';

type Step = ActionPlan['steps'][number] & { key: string; number: number };
const RESULTS: Record<Step['result'], { tone: Tone; glyph: string; word: string }> = {
  ok: { tone: 'verified', glyph: '✓', word: 'Passed' },
  would_run: { tone: 'verified', glyph: '✓', word: 'Would run' },
  unknown: { tone: 'medium', glyph: '■', word: 'Not known' },
};

const stepsOf = (plans: readonly ActionPlan[]): Step[] =>
  plans
    .flatMap(({ actionId, serverName, steps }) =>
      steps.map((step, index) => ({
        ...step,
        step: plans.length > 1 ? `${serverName}: ${step.step}` : step.step,
        key: `${actionId} ${index}`,
      })),
    )
    .map((step, index) => ({ ...step, number: index + 1 }));

export function DryRunPanel({ proposal }: { proposal: Proposal }) {
  const { takenAt, durationMs, plans } = proposal.preview;
  const me = useMe();
  const checking = useMutation({
    mutationFn: () => call('executeRemediation', { body: { proposalId: proposal.proposalId, dryRun: true } }),
  });
  const steps = stepsOf(plans);
  const notNow = proposal.status === 'approved' ? undefined : 'A dry run can be repeated once the proposal is approved';
  return (
    <Panel
      title="Dry run"
      aside={
        <>
          Taken <Time at={takenAt} seconds /> · took {(durationMs / 1000).toFixed(1)} s · same digest as this page
        </>
      }
    >
      <Table
        label="Steps of the dry run"
        rows={steps}
        rowKey={({ key }) => key}
        columns={[
          { head: 'Step', cell: ({ number, step }) => `${number}. ${visibleText(step)}` },
          {
            head: 'Result',
            cell: ({ result }) => (
              <Tag tone={RESULTS[result].tone} glyph={RESULTS[result].glyph}>
                {RESULTS[result].word}
              </Tag>
            ),
          },
          { head: 'Observed', cell: ({ observed }) => visibleText(observed) },
        ]}
      />
      <PanelBody>
        {checking.error ? <ProblemNotice error={checking.error} /> : null}
        {checking.data?.dryRun ? <Outcome current={checking.data.current} /> : null}
        <div>
          <Button
            onClick={() => checking.mutate()}
            busy={checking.isPending}
            blocked={missing(me, 'execute_remediation') ?? notNow}
          >
            Repeat the dry run
          </Button>
        </div>
      </PanelBody>
    </Panel>
  );
}

function Outcome({ current }: { current: boolean }) {
  return current ? (
    <Notice tone="verified" title="✓ It would still do the same, to the byte." urgent />
  ) : (
    <Notice tone="high" title="▲ The configuration has changed since it was previewed." urgent>
      <p>Nothing was changed by looking. Run would refuse; propose the change anew.</p>
    </Notice>
  );
}
