import type { CallValue } from '@mcp-coordinator/client/route-call';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Columns } from '../../ui/panel.tsx';
import { ShortId } from '../../ui/short-id.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { Permitted } from '../auth/not-permitted.tsx';
import { ProposeFixDialog } from '../remediations/propose-fix-dialog.tsx';
import { AssessmentFooter } from './assessment-footer.tsx';
import { DecisionPanel, ExportPanel, SummaryPanel } from './assessment-panels.tsx';
import { AssessmentStatusTag } from './assessment-status-tag.tsx';
import { originWords, runTitle, targetWords } from './assessment-words.ts';
import { byNeed } from './server-order.ts';
import { ServerResultPanel } from './server-result-panel.tsx';

const route = getRouteApi('/shell/assessment/runs/$id');

export function AssessmentRunPage() {
  const { id } = route.useParams();
  const query = useQuery(ask('showAssessment', { params: { id } }));
  return (
    <Permitted to={['view_results']}>
      {query.data ? (
        <AssessmentRun key={id} assessment={query.data} />
      ) : (
        <Page title={query.error ? 'This assessment cannot be shown.' : 'Reading the assessment…'}>
          <Loaded query={query} what="the assessment">
            {() => null}
          </Loaded>
        </Page>
      )}
    </Permitted>
  );
}

function AssessmentRun({ assessment }: { assessment: CallValue<'showAssessment'> }) {
  const { assessmentId, requestedBy, createdAt, completedAt, results, status, reason } = assessment;
  const servers = results && byNeed(results);
  const [fixing, setFixing] = useState<string>();
  const failing = servers?.filter(([, result]) => result.status === 'non_compliant').length ?? 0;
  return (
    <Page
      title={runTitle(assessment, servers && { all: servers.length, failing })}
      crumbs={
        <>
          <Link to="/assessment">Assessment</Link> / <ShortId value={assessmentId} />
        </>
      }
      context={
        <>
          <AssessmentStatusTag status={status} />
          <span>
            {targetWords(assessment)} · {originWords(assessment)} by {requestedBy}, <Time at={createdAt} />
            {completedAt ? (
              <>
                {' '}
                · completed <Time at={completedAt} form="relative" />
              </>
            ) : null}
          </span>
        </>
      }
      footer={<AssessmentFooter assessment={assessment} />}
    >
      {reason ? (
        <Notice
          tone={status === 'failed' ? 'critical' : 'low'}
          title={status === 'failed' ? '✕ Why it failed' : '◷ What it waits for'}
        >
          <p>{visibleText(reason)}</p>
        </Notice>
      ) : null}
      <Columns
        main={
          servers === null ? (
            <Notice tone="neutral" title="There are no results yet.">
              <p>This page shows them as soon as they are there. Nothing needs to be reloaded.</p>
            </Notice>
          ) : (
            servers.map(([name, result]) => (
              <ServerResultPanel key={name} assessmentId={assessmentId} name={name} result={result} onFix={setFixing} />
            ))
          )
        }
        side={
          <>
            <SummaryPanel assessment={assessment} />
            <DecisionPanel assessment={assessment} />
            <ExportPanel assessment={assessment} />
          </>
        }
      />
      {fixing === undefined ? null : (
        <ProposeFixDialog assessment={assessment} only={fixing} onClose={() => setFixing(undefined)} />
      )}
    </Page>
  );
}
