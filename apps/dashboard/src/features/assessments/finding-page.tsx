import { canPropose } from '@mcp-coordinator/core/assessments/assessment-states';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ask } from '../../api/ask.ts';
import { Button } from '../../ui/button.tsx';
import { FactList } from '../../ui/fact-list.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page, PageFooter } from '../../ui/page.tsx';
import { Columns, Panel, PanelBody } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { SeverityTag } from '../../ui/severity-tag.tsx';
import { ShortId } from '../../ui/short-id.tsx';
import { Tag } from '../../ui/tag.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { missing, useMe } from '../auth/me.ts';
import { Permitted } from '../auth/not-permitted.tsx';
import { ProposeFixDialog } from '../remediations/propose-fix-dialog.tsx';
import styles from './assessments.module.css';
import { type FoundFinding, findFinding } from './find-finding.ts';
import { FindingProposals } from './finding-proposals.tsx';
import { pickLatest } from './pick-latest.ts';
import { placeWords } from './place-words.ts';
import { serverAnchor } from './server-anchor.ts';
import { serverWords } from './server-words.ts';

const route = getRouteApi('/shell/assessment/findings/$id');

/** One finding: what was seen, where, by which standard, and the way to its fix. Its id is the same in every assessment. */
export function FindingPage() {
  const { id } = route.useParams();
  const { run } = route.useSearch();
  const list = useQuery({ ...ask('listAssessments', { query: { limit: 200 } }), enabled: run === undefined });
  const [latest] = pickLatest(list.data?.assessments ?? []);
  const runId = run ?? latest?.assessmentId;
  const query = useQuery({ ...ask('showAssessment', { params: { id: runId ?? '' } }), enabled: runId !== undefined });
  const found = query.data?.results ? findFinding(query.data.results, id) : undefined;
  if (query.data && found) {
    return (
      <Permitted to={['view_results']}>
        <FindingView key={id} found={found} assessmentId={query.data.assessmentId} status={query.data.status} />
      </Permitted>
    );
  }
  const known = query.data !== undefined || (list.data !== undefined && runId === undefined);
  return (
    <Permitted to={['view_results']}>
      <Page title={known ? 'This finding is not open any more.' : 'Reading the finding…'}>
        {known ? (
          <Notice tone="verified" title="✓ The assessment that was looked at does not have it.">
            <p>
              It was mended, waived or is of another assessment. See the <Link to="/assessment">newest results</Link>.
            </p>
          </Notice>
        ) : (
          <>
            <Loaded query={query} what="the finding">
              {() => null}
            </Loaded>
            {list.error ? <ProblemNotice error={list.error} onRetry={() => void list.refetch()} /> : null}
          </>
        )}
      </Page>
    </Permitted>
  );
}

interface FindingViewProps {
  found: FoundFinding;
  assessmentId: string;
  status: Parameters<typeof canPropose>[0];
}

function FindingView({ found: { finding, server, alsoOn }, assessmentId, status }: FindingViewProps) {
  const me = useMe();
  const [proposing, setProposing] = useState(false);
  const { rule, severity, title, evidence, location, fix, references, waived, issue } = finding;
  const run = (
    <Link to="/assessment/runs/$id" params={{ id: assessmentId }} hash={serverAnchor(server)}>
      <ShortId value={assessmentId} />
    </Link>
  );
  const blocked =
    missing(me, 'propose_remediation') ??
    (fix.actionable ? undefined : 'No action can mend it: a person has to do what stands under Fix') ??
    (canPropose(status) ? undefined : 'The results are not approved, or were rejected: nothing can be built on them');
  return (
    <Page
      title={`${visibleText(title)}: ${serverWords(server)}`}
      crumbs={
        <>
          <Link to="/assessment">Assessment</Link> / {run} / <ShortId value={finding.id} />
        </>
      }
      context={
        <>
          <SeverityTag severity={severity} />
          <code>{rule}</code>
          {waived ? (
            <Tag tone="neutral" glyph="—">
              Waived
            </Tag>
          ) : null}
        </>
      }
      footer={
        <PageFooter
          readiness={
            <span>
              {blocked === undefined ? '✓ A proposal can mend it; a person approves it first' : `⊘ ${blocked}`}
            </span>
          }
        >
          <Button filled blocked={blocked} onClick={() => setProposing(true)}>
            Propose a fix…
          </Button>
        </PageFooter>
      }
    >
      <Columns
        main={
          <>
            <Panel title="What was seen" aside={run}>
              <PanelBody>
                <code className={styles['evidence']}>{visibleText(evidence)}</code>
                <FactList
                  facts={[
                    ['Server', visibleText(server)],
                    ['Where', <code key="where">{visibleText(placeWords(location))}</code>],
                    [
                      'Waived',
                      waived && (
                        <span key="waived">
                          until <Time at={waived.until} />: {visibleText(waived.reason)}
                        </span>
                      ),
                    ],
                  ]}
                />
              </PanelBody>
            </Panel>
            <Panel title="Fix" aside={fix.actionable ? 'a proposal can do it' : 'a person has to do it'}>
              <PanelBody>
                <p>{visibleText(fix.text)}</p>
                {alsoOn.length > 0 ? (
                  <>
                    <p>
                      The same stands on {alsoOn.length === 1 ? 'another server' : `${alsoOn.length} other servers`}.
                      One proposal mends all of them:
                    </p>
                    <ul>
                      {alsoOn.map((other) => (
                        <li key={other.finding.id}>
                          <Link
                            to="/assessment/findings/$id"
                            params={{ id: other.finding.id }}
                            search={{ run: assessmentId }}
                          >
                            {serverWords(other.server)}
                          </Link>
                        </li>
                      ))}
                    </ul>
                  </>
                ) : null}
              </PanelBody>
            </Panel>
          </>
        }
        side={
          <>
            <Panel title="Standard">
              <PanelBody>
                {references.length === 0 ? <p className="dim">No standard is named for it.</p> : null}
                {references.map((reference) => (
                  <p key={reference}>{reference}</p>
                ))}
              </PanelBody>
            </Panel>
            <FindingProposals assessmentId={assessmentId} issue={issue} />
          </>
        }
      />
      {proposing ? (
        <ProposeFixDialog assessment={{ assessmentId }} only={issue} onClose={() => setProposing(false)} />
      ) : null}
    </Page>
  );
}
