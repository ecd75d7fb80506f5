import type { Assessment } from '@mcp-coordinator/contract/assessments.contract';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { TextButton } from '../../ui/button.tsx';
import { FreshRowsButton } from '../../ui/fresh-rows-button.tsx';
import { Panel, PanelBody } from '../../ui/panel.tsx';
import { ShortId } from '../../ui/short-id.tsx';
import { Table } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { useHeldRows } from '../../ui/use-held-rows.ts';
import { AssessmentStatusTag } from './assessment-status-tag.tsx';
import { originWords, targetWords } from './assessment-words.ts';
import { IssueTag } from './look-first.tsx';

const FIRST = 10;

/** Every assessment, newest first, decided or not. */
export function AllRuns({ assessments }: { assessments: readonly Assessment[] }) {
  const [all, setAll] = useState(false);
  const { shown, fresh, release } = useHeldRows(assessments, ({ assessmentId }) => assessmentId);
  const rows = all ? shown : shown.slice(0, FIRST);
  return (
    <Panel title="Assessments" aside={`newest first · ${assessments.length}`}>
      <FreshRowsButton fresh={fresh} onShow={release} />
      <Table
        label="Assessments"
        rows={rows}
        rowKey={({ assessmentId }) => assessmentId}
        columns={[
          {
            head: 'Assessment',
            cell: (assessment) => (
              <>
                <Link to="/assessment/runs/$id" params={{ id: assessment.assessmentId }}>
                  {targetWords(assessment)}
                </Link>
                <div className="dim">
                  <ShortId value={assessment.assessmentId} /> · {originWords(assessment)} by {assessment.requestedBy}
                </div>
              </>
            ),
          },
          { head: 'State', cell: ({ status }) => <AssessmentStatusTag status={status} /> },
          { head: 'Found', narrow: 'hide', cell: (assessment) => <IssueTag assessment={assessment} /> },
          { head: 'When', narrow: 'hide', cell: ({ createdAt }) => <Time at={createdAt} /> },
        ]}
      />
      {assessments.length > FIRST && !all ? (
        <PanelBody>
          <div>
            <TextButton onClick={() => setAll(true)}>Show all {assessments.length}</TextButton>
          </div>
        </PanelBody>
      ) : null}
    </Panel>
  );
}
