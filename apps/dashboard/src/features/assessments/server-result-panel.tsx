import { type Finding, SEVERITIES, type ServerResult } from '@mcp-coordinator/contract/findings.contract';
import { Link, useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { Button } from '../../ui/button.tsx';
import { FactList } from '../../ui/fact-list.tsx';
import { Quiet } from '../../ui/loaded.tsx';
import { Panel } from '../../ui/panel.tsx';
import { count } from '../../ui/plural.ts';
import { SeverityTag } from '../../ui/severity-tag.tsx';
import { Tag, type Tone } from '../../ui/tag.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { missing, useMe } from '../auth/me.ts';
import styles from './assessments.module.css';
import { placeWords } from './place-words.ts';
import { serverAnchor } from './server-anchor.ts';

const STATUS: Record<ServerResult['status'], { tone: Tone; glyph: string; word: string }> = {
  compliant: { tone: 'verified', glyph: '✓', word: 'Complies' },
  non_compliant: { tone: 'high', glyph: '▲', word: 'Does not comply' },
  unknown: { tone: 'medium', glyph: '■', word: 'Not known' },
};

export interface ServerResultPanelProps {
  assessmentId: string;
  name: string;
  result: ServerResult;
  /** Opens the proposal of a fix for this issue. */
  onFix: (issue: string) => void;
}

export function ServerResultPanel({ assessmentId, name, result, onFix }: ServerResultPanelProps) {
  const { tone, glyph, word } = STATUS[result.status];
  const anchor = serverAnchor(name);
  const { hash } = useLocation();
  const place = useRef<HTMLDivElement>(null);
  // The results come after the page, so that the browser found no such place when it looked.
  useEffect(() => {
    if (hash === anchor) place.current?.scrollIntoView();
  }, [hash, anchor]);
  const findings = [...(result.findings ?? [])].sort(
    (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
  );
  return (
    <div id={anchor} ref={place} className={styles['server']}>
      <Panel
        title={visibleText(name)}
        aside={
          <Tag tone={tone} glyph={glyph}>
            {word}
            {findings.length > 0 ? `: ${count(findings.length, 'finding')}` : ''}
          </Tag>
        }
      >
        {findings.length > 0 ? (
          <div>
            {findings.map((finding) => (
              <FindingText key={finding.id} assessmentId={assessmentId} finding={finding} onFix={onFix} />
            ))}
          </div>
        ) : (
          <Quiet>
            {result.issues.length === 0
              ? 'No rule found anything.'
              : `Issues: ${result.issues.map((issue) => issue.replaceAll('_', ' ')).join(', ')}. It was assessed without details.`}
          </Quiet>
        )}
        {result.unknowns && result.unknowns.length > 0 ? (
          <Quiet>
            Not checked: {result.unknowns.map(({ rule, reason }) => `${rule} (${visibleText(reason)})`).join(' · ')}
          </Quiet>
        ) : null}
      </Panel>
    </div>
  );
}

interface FindingTextProps extends Pick<ServerResultPanelProps, 'assessmentId' | 'onFix'> {
  finding: Finding;
}

function FindingText({ assessmentId, finding, onFix }: FindingTextProps) {
  const me = useMe();
  const { id, issue, rule, severity, title, evidence, location, fix, references, waived } = finding;
  return (
    <article className={styles['finding']} id={id}>
      <h3>
        <SeverityTag severity={severity} /> <code>{rule}</code>{' '}
        <Link to="/assessment/findings/$id" params={{ id }} search={{ run: assessmentId }} className={styles['name']}>
          {visibleText(title)}
        </Link>
        {fix.actionable && !waived ? (
          <span className={styles['fix']}>
            <Button blocked={missing(me, 'propose_remediation')} onClick={() => onFix(issue)}>
              Fix this…
            </Button>
          </span>
        ) : null}
      </h3>
      <code className={styles['evidence']}>{visibleText(evidence)}</code>
      <FactList
        facts={[
          ['Where', <code key="where">{visibleText(placeWords(location))}</code>],
          ['Fix', `${visibleText(fix.text)}${fix.actionable ? ' A proposal can do it.' : ''}`],
          ['Standard', references.join(' · ')],
          ['Waived', waived ? `until ${waived.until}: ${waived.reason}` : null],
        ]}
      />
    </article>
  );
}
