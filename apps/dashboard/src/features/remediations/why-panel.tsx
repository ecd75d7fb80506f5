import type { Finding } from '@mcp-coordinator/contract/findings.contract';
import type { Proposal } from '@mcp-coordinator/contract/remediations.contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ask } from '../../api/ask.ts';
import { FactList } from '../../ui/fact-list.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Panel, PanelBody } from '../../ui/panel.tsx';
import { SeverityTag } from '../../ui/severity-tag.tsx';
import { ShortId } from '../../ui/short-id.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { findingsBehind } from './findings-behind.ts';
import styles from './review.module.css';

const SHOWN = 4;

export function WhyPanel({ proposal }: { proposal: Proposal }) {
  const query = useQuery(ask('showAssessment', { params: { id: proposal.assessmentId } }));
  const link = (
    <Link to="/assessment/runs/$id" params={{ id: proposal.assessmentId }}>
      <ShortId value={proposal.assessmentId} />
    </Link>
  );
  return (
    <Panel title="Why" aside={link}>
      <PanelBody>
        <Loaded query={query} what="the assessment">
          {({ results, origin }) => {
            const findings = results ? findingsBehind(proposal, results) : [];
            if (findings.length === 0) return <WithoutFindings proposal={proposal} asked={origin === 'proposal'} />;
            return (
              <>
                {findings.slice(0, SHOWN).map((finding, index) => (
                  <Reason key={finding.id} finding={finding} whole={index === 0} />
                ))}
                {findings.length > SHOWN ? (
                  <p className="dim">
                    {findings.length - SHOWN} more in {link}
                  </p>
                ) : null}
              </>
            );
          }}
        </Loaded>
      </PanelBody>
    </Panel>
  );
}

function WithoutFindings({ proposal, asked }: { proposal: Proposal; asked: boolean }) {
  if (proposal.issues.length > 0)
    return <p>It mends {proposal.issues.map((issue) => issue.replaceAll('_', ' ')).join(', ')}.</p>;
  return (
    <p>
      {asked ? `${proposal.proposedBy} asked for it; no finding stands behind it.` : 'No finding stands behind it.'}
    </p>
  );
}

/** The worst finding in full; of the others what they are, since all of them stand in the assessment. */
function Reason({ finding, whole }: { finding: Finding; whole: boolean }) {
  if (!whole) {
    return (
      <p>
        <SeverityTag severity={finding.severity} /> <code>{finding.rule}</code> {visibleText(finding.title)}
      </p>
    );
  }
  return (
    <div className={styles['finding']}>
      <p>
        <SeverityTag severity={finding.severity} /> {visibleText(finding.title)}
      </p>
      <FactList
        facts={[
          ['Rule', <code key="rule">{finding.rule}</code>],
          ['Evidence', <code key="evidence">{visibleText(finding.evidence)}</code>],
          ['Standard', finding.references.join(' · ')],
        ]}
      />
    </div>
  );
}
