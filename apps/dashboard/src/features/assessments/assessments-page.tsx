import type { Assessment } from '@mcp-coordinator/contract/assessments.contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import { Button } from '../../ui/button.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Columns } from '../../ui/panel.tsx';
import { count } from '../../ui/plural.ts';
import { ShortId } from '../../ui/short-id.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import { missing, useMe } from '../auth/me.ts';
import { Permitted } from '../auth/not-permitted.tsx';
import { AllRuns } from './all-runs.tsx';
import { overviewTitle, targetWords } from './assessment-words.ts';
import styles from './assessments.module.css';
import { countOf, newFindings } from './finding-sums.ts';
import { FindingsByRule } from './findings-by-rule.tsx';
import { FirstSteps } from './first-steps.tsx';
import { useLatestResults } from './latest-results.ts';
import { LookFirst } from './look-first.tsx';
import { OpenOverTime } from './open-over-time.tsx';
import { RequestAssessmentDialog } from './request-assessment-dialog.tsx';
import { WorstServers } from './worst-servers.tsx';

export function AssessmentsPage() {
  return (
    <Permitted to={['view_results']}>
      <Assessments />
    </Permitted>
  );
}

const isUnderWay = ({ status }: Assessment): boolean => status === 'pending' || status === 'running';

function Assessments() {
  const me = useMe();
  const [asking, setAsking] = useState(false);
  const query = useQuery(ask('listAssessments', { query: { limit: 200 } }));
  const waiting = useQuery(ask('listAssessments', { query: { limit: 1, status: 'completed' } }));
  const assessments = query.data?.assessments ?? [];
  const latest = useLatestResults(assessments);
  const underWay = assessments.filter(isUnderWay);
  const fresh = latest.findings && newFindings(latest.findings, latest.earlier);
  const title = query.data
    ? overviewTitle({
        newCritical: fresh ? countOf(fresh, 'critical') : latest.assessment ? 0 : null,
        openIssues: latest.assessment?.summary?.totalIssues ?? 0,
        waiting: waiting.data?.total ?? 0,
        running: underWay.length,
      })
    : 'Reading the assessments…';
  return (
    <Page
      title={title}
      context={<Context latest={latest.assessment} servers={latest.serverCount} />}
      actions={
        <Button
          filled={query.data !== undefined && assessments.length === 0}
          blocked={missing(me, 'request_assessment')}
          onClick={() => setAsking(true)}
        >
          Request assessment…
        </Button>
      }
    >
      {underWay.map((assessment) => (
        <UnderWay key={assessment.assessmentId} assessment={assessment} />
      ))}
      <Loaded query={query} what="the assessments">
        {() =>
          assessments.length === 0 ? (
            <FirstSteps />
          ) : (
            <Columns
              even
              main={
                <>
                  <LookFirst assessments={assessments} />
                  <FindingsByRule findings={latest.findings} earlier={latest.earlier} loading={latest.loading} />
                  <AllRuns assessments={assessments} />
                </>
              }
              side={
                <>
                  <OpenOverTime assessments={assessments} />
                  <WorstServers latest={latest} />
                </>
              }
            />
          )
        }
      </Loaded>
      {asking ? <RequestAssessmentDialog onClose={() => setAsking(false)} /> : null}
    </Page>
  );
}

function Context({ latest, servers }: { latest: Assessment | undefined; servers: number | null }) {
  if (!latest) return 'An assessment reads what the installers report and changes nothing.';
  return (
    <span>
      {targetWords(latest)}
      {servers === null ? '' : `, ${count(servers, 'server')}`} · last assessed{' '}
      <Time at={latest.completedAt ?? latest.createdAt} />
    </span>
  );
}

function UnderWay({ assessment }: { assessment: Assessment }) {
  const { assessmentId, status, requestedBy, startedAt, createdAt, reason } = assessment;
  return (
    <div className={styles['running']}>
      <Tag tone="low" glyph="◷">
        {status === 'running' ? 'Running' : 'Waiting'}
      </Tag>
      <span>
        <Link to="/assessment/runs/$id" params={{ id: assessmentId }}>
          <ShortId value={assessmentId} />
        </Link>{' '}
        {targetWords(assessment)} · {requestedBy}, <Time at={startedAt ?? createdAt} form="relative" />
      </span>
      {reason ? <span className="dim">{reason}</span> : null}
    </div>
  );
}
