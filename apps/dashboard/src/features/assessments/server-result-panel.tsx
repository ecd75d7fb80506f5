import { type Finding, SEVERITIES, type ServerResult } from '@mcp-coordinator/contract/findings.contract';
import { useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { FactList } from '../../ui/fact-list.tsx';
import { Quiet } from '../../ui/loaded.tsx';
import { Panel } from '../../ui/panel.tsx';
import { count } from '../../ui/plural.ts';
import { SeverityTag } from '../../ui/severity-tag.tsx';
import { Tag, type Tone } from '../../ui/tag.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import styles from './assessments.module.css';
import { serverAnchor } from './server-anchor.ts';

const STATUS: Record<ServerResult['status'], { tone: Tone; glyph: string; word: string }> = {
  compliant: { tone: 'verified', glyph: '✓', word: 'Complies' },
  non_compliant: { tone: 'high', glyph: '▲', word: 'Does not comply' },
  unknown: { tone: 'medium', glyph: '■', word: 'Not known' },
};

export function ServerResultPanel({ name, result }: { name: string; result: ServerResult }) {
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
              <FindingText key={finding.id} finding={finding} />
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

const placeWords = ({ path, pointer, tool, field }: Finding['location']): string =>
  [path, pointer, tool && `tool ${tool}`, field].filter((part) => part !== undefined && part !== '').join(' · ');

function FindingText({ finding }: { finding: Finding }) {
  const { id, rule, severity, title, evidence, location, fix, references, waived } = finding;
  return (
    <article className={styles['finding']} id={id}>
      <h3>
        <SeverityTag severity={severity} /> <code>{rule}</code> {visibleText(title)}
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
