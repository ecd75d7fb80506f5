import {
  type AssessmentResults,
  type Finding,
  SEVERITIES,
  type ServerResult,
  type Severity,
} from '@mcp-coordinator/contract/findings.contract';

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** True when `severity` weighs at least as much as `threshold`. */
export const isAtLeast = (severity: Severity, threshold: Severity): boolean => rank(severity) <= rank(threshold);

/** Worst first; equals by rule, then by id, so that the same findings always stand in the same order. */
export const worstFirst = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort((a, b) => rank(a.severity) - rank(b.severity) || compare(a.rule, b.rule) || compare(a.id, b.id));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const counts = (findings: readonly Finding[]): Finding[] => findings.filter((finding) => finding.waived === undefined);

/** `non_compliant` from `medium` up; waived findings do not count (CONTRACT §4 "Assess"). */
export const statusOfFindings = (findings: readonly Finding[]): ServerResult['status'] =>
  counts(findings).some((finding) => isAtLeast(finding.severity, 'medium')) ? 'non_compliant' : 'compliant';

/** The issue codes that count, each once, worst first. */
export const issuesOfFindings = (findings: readonly Finding[]): string[] => [
  ...new Set(counts(worstFirst(findings)).map((finding) => finding.issue)),
];

/** Counts findings: critical and high, medium and low, and both; `info` apart; waived ones nowhere. */
export function summariseFindings(findings: Iterable<Finding>): AssessmentResults['summary'] {
  const summary = { totalIssues: 0, criticalIssues: 0, warningIssues: 0, infoIssues: 0 };
  for (const { severity, waived } of findings) {
    if (waived !== undefined) continue;
    if (severity === 'info') summary.infoIssues++;
    else if (isAtLeast(severity, 'high')) summary.criticalIssues++;
    else summary.warningIssues++;
  }
  summary.totalIssues = summary.criticalIssues + summary.warningIssues;
  return summary;
}
