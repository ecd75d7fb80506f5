import { routePath } from '@mcp-coordinator/client/http';
import { type Assessment, REPORT_FORMATS } from '@mcp-coordinator/contract/assessments.contract';
import { routes } from '@mcp-coordinator/contract/routes';
import { hasResults } from '@mcp-coordinator/core/assessments/assessment-states';
import { buttonClass } from '../../ui/button.tsx';
import { Digest } from '../../ui/digest.tsx';
import { FactList } from '../../ui/fact-list.tsx';
import { NoticeRow } from '../../ui/notice.tsx';
import { Panel, PanelBody } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';
import { AssessmentStatusTag } from './assessment-status-tag.tsx';

export function SummaryPanel({ assessment: { summary, assessmentType, digest } }: { assessment: Assessment }) {
  return (
    <Panel title="Summary">
      <PanelBody>
        <FactList
          facts={[
            ['Type', assessmentType],
            ['Issues', summary && `${summary.totalIssues} in all`],
            ['Serious', summary && `${summary.criticalIssues} critical or high`],
            ['Warnings', summary && `${summary.warningIssues} medium or low`],
            ['Info', summary && `${summary.infoIssues}, not counted`],
            ['Digest', digest && <Digest key="digest" value={digest} />],
          ]}
        />
      </PanelBody>
    </Panel>
  );
}

export function DecisionPanel({ assessment: { decision, status } }: { assessment: Assessment }) {
  return (
    <Panel title="Decision" aside={<AssessmentStatusTag status={status} />}>
      <PanelBody>
        {decision ? (
          <>
            <p>
              {decision.decision === 'approved' ? 'Approved' : 'Rejected'} by {decision.by}, <Time at={decision.at} />
            </p>
            <p className="dim">“{decision.reason}”</p>
          </>
        ) : (
          <p className="dim">Nobody has decided on the results yet.</p>
        )}
      </PanelBody>
    </Panel>
  );
}

export function ExportPanel({ assessment: { assessmentId: id, hasReport, status } }: { assessment: Assessment }) {
  const why = hasResults(status)
    ? 'It was requested without a report.'
    : 'There is no report before there are results.';
  return (
    <Panel title="Export the report">
      <PanelBody>
        {hasReport && hasResults(status) ? (
          <NoticeRow>
            {REPORT_FORMATS.map((format) => (
              <a
                key={format}
                className={buttonClass()}
                href={routePath(routes.exportAssessmentReport, { params: { id }, query: { format } })}
                download={`${id}.${format}`}
              >
                {format.toUpperCase()}
              </a>
            ))}
          </NoticeRow>
        ) : (
          <p className="dim">{why}</p>
        )}
      </PanelBody>
    </Panel>
  );
}
