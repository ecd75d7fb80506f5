import { Quiet } from '../../ui/loaded.tsx';
import { Panel } from '../../ui/panel.tsx';
import { SEVERITY_MARKS, SeverityTag } from '../../ui/severity-tag.tsx';
import { Table } from '../../ui/table.tsx';
import { Tag } from '../../ui/tag.tsx';
import styles from './assessments.module.css';
import { countOf, type RuleSum, type ServerFinding, sumByRule } from './finding-sums.ts';

export interface FindingsByRuleProps {
  findings: readonly ServerFinding[] | null;
  earlier: readonly ServerFinding[] | null;
  loading: boolean;
}

export function FindingsByRule({ findings, earlier, loading }: FindingsByRuleProps) {
  if (!findings) {
    return (
      <Panel title="Findings by rule">
        <Quiet>
          {loading
            ? 'Reading the findings…'
            : 'The last assessment was made without details. Request one with details.'}
        </Quiet>
      </Panel>
    );
  }
  const sums = sumByRule(findings, earlier);
  const most = Math.max(1, ...sums.map(({ open, before }) => Math.max(open, before ?? 0)));
  const severities = (['critical', 'high', 'medium', 'low'] as const)
    .map((severity) => [countOf(findings, severity), severity] as const)
    .filter(([number]) => number > 0)
    .map(([number, severity]) => `${number} ${severity}`);
  return (
    <Panel
      title="Findings by rule"
      aside={`${findings.length} open${severities.length ? `: ${severities.join(', ')}` : ''}`}
    >
      {sums.length === 0 ? (
        <Quiet>No rule found anything.</Quiet>
      ) : (
        <Table
          label="Findings by rule"
          rows={sums}
          rowKey={({ rule }) => rule}
          columns={[
            {
              head: 'Rule',
              cell: ({ rule, title }) => (
                <>
                  <code>{rule}</code> {title}
                </>
              ),
            },
            { head: 'Severity', cell: ({ severity }) => <SeverityTag severity={severity} /> },
            { head: 'Open', align: 'right', cell: ({ open }) => <b>{open}</b> },
            { head: 'Now, outline before', narrow: 'hide', cell: (sum) => <Bar sum={sum} most={most} /> },
            { head: 'Change', cell: ({ open, before }) => <Change open={open} before={before} /> },
          ]}
        />
      )}
    </Panel>
  );
}

function Bar({ sum: { open, before, severity }, most }: { sum: RuleSum; most: number }) {
  const { tone } = SEVERITY_MARKS[severity];
  return (
    <span className={styles['bar']} aria-hidden="true">
      <span
        className={styles['now']}
        style={{ width: `${(open / most) * 100}%`, background: tone === 'neutral' ? 'var(--ink-2)' : `var(--${tone})` }}
      />
      {before === null ? null : <span className={styles['before']} style={{ width: `${(before / most) * 100}%` }} />}
    </span>
  );
}

function Change({ open, before }: { open: number; before: number | null }) {
  if (before === null) return <span className="dim">first time</span>;
  if (open === before) return <span className="dim">— same</span>;
  return open > before ? (
    <Tag bare tone="high" glyph="▲">
      {open - before} more
    </Tag>
  ) : (
    <Tag bare tone="verified" glyph="✓">
      {before - open} fewer
    </Tag>
  );
}
