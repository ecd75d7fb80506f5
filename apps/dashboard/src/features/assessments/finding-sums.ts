import {
  type AssessmentResults,
  type Finding,
  SEVERITIES,
  type Severity,
} from '@mcp-coordinator/contract/findings.contract';

export interface ServerFinding extends Finding {
  server: string;
}

const severityRank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** Findings that count: those that no approved waiver covers. */
export const openFindings = ({ servers }: AssessmentResults): ServerFinding[] =>
  Object.entries(servers).flatMap(([server, { findings = [] }]) =>
    findings.filter(({ waived }) => !waived).map((finding) => ({ ...finding, server })),
  );

export interface RuleSum {
  rule: string;
  title: string;
  severity: Severity;
  open: number;
  /** How many there were before; null without an earlier assessment to compare with. */
  before: number | null;
}

/** Findings by rule, worst first; rules that have cleared since the earlier assessment stay with 0. */
export const sumByRule = (findings: readonly Finding[], earlier: readonly Finding[] | null): RuleSum[] => {
  const sums = new Map<string, RuleSum>();
  const sumOf = ({ rule, issue, severity }: Finding): RuleSum => {
    const known = sums.get(rule);
    if (known) return known;
    const title = issue.replaceAll('_', ' ');
    const sum = {
      rule,
      title: title.charAt(0).toUpperCase() + title.slice(1),
      severity,
      open: 0,
      before: earlier && 0,
    };
    sums.set(rule, sum);
    return sum;
  };
  for (const finding of findings) {
    const sum = sumOf(finding);
    sum.open += 1;
    if (severityRank(finding.severity) < severityRank(sum.severity)) sum.severity = finding.severity;
  }
  for (const finding of earlier ?? []) {
    const sum = sumOf(finding);
    sum.before = (sum.before ?? 0) + 1;
  }
  return [...sums.values()].sort(
    (a, b) => severityRank(a.severity) - severityRank(b.severity) || b.open - a.open || a.rule.localeCompare(b.rule),
  );
};

export interface ServerSum {
  server: string;
  counts: Record<Severity, number>;
  worst: Finding | null;
  /** What is known without details: issue codes, worst first. */
  issues: readonly string[];
}

/** Servers that do not comply, the worst first: by critical findings, then high, and so on down. */
export const sumByServer = ({ servers }: AssessmentResults): ServerSum[] =>
  Object.entries(servers)
    .filter(([, { status }]) => status === 'non_compliant')
    .map(([server, { findings = [], issues }]) => {
      const open = findings
        .filter(({ waived }) => !waived)
        .sort((a, b) => severityRank(a.severity) - severityRank(b.severity));
      const counts: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
      for (const { severity } of open) counts[severity] += 1;
      return { server, counts, worst: open[0] ?? null, issues };
    })
    .sort((a, b) => {
      const first = SEVERITIES.find((severity) => a.counts[severity] !== b.counts[severity]);
      return first ? b.counts[first] - a.counts[first] : a.server.localeCompare(b.server);
    });

/** Findings that an earlier assessment did not have: the same problem at the same place keeps its id. */
export const newFindings = (now: readonly ServerFinding[], earlier: readonly Finding[] | null): ServerFinding[] => {
  if (earlier === null) return [...now];
  const known = new Set(earlier.map(({ id }) => id));
  return now.filter(({ id }) => !known.has(id));
};

export const countOf = (findings: readonly Finding[], severity: Severity): number =>
  findings.filter((finding) => finding.severity === severity).length;
