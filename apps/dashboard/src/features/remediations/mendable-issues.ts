import {
  type AssessmentResults,
  type Finding,
  SEVERITIES,
  type Severity,
} from '@mcp-coordinator/contract/findings.contract';

export interface MendableIssue {
  issue: string;
  /** Keys of the servers that have it, each once. */
  servers: string[];
  /** Of its worst finding; null where the assessment was made without details. */
  severity: Severity | null;
  /** What a person has to do where no action mends it; null where a proposal can, or where that is not known. */
  byHand: string | null;
}

const rank = (severity: Severity | null): number =>
  severity === null ? SEVERITIES.length : SEVERITIES.indexOf(severity);

const worse = (a: Severity | null, b: Severity | null): Severity | null => (rank(b) < rank(a) ? b : a);

/** What one server says of one issue. */
const issueOn = (server: string, issue: string, findings: readonly Finding[] | undefined): MendableIssue => {
  const own = (findings ?? []).filter((finding) => finding.issue === issue && !finding.waived);
  const byHand = own.length > 0 && own.every(({ fix }) => !fix.actionable) ? (own[0]?.fix.text ?? null) : null;
  return { issue, servers: [server], severity: own.map(({ severity }) => severity).reduce(worse, null), byHand };
};

const together = (a: MendableIssue, b: MendableIssue): MendableIssue => ({
  issue: a.issue,
  servers: [...a.servers, ...b.servers],
  severity: worse(a.severity, b.severity),
  byHand: a.byHand === null ? null : b.byHand,
});

/** The issues of an assessment, worst first, with who has them and whether a proposal can mend them. Waived ones are left out. */
export const mendableIssues = (results: AssessmentResults | null): MendableIssue[] => {
  const issues = new Map<string, MendableIssue>();
  for (const [server, { issues: own, findings }] of Object.entries(results?.servers ?? {})) {
    for (const issue of own) {
      const here = issueOn(server, issue, findings);
      const known = issues.get(issue);
      issues.set(issue, known ? together(known, here) : here);
    }
  }
  return [...issues.values()].sort((a, b) => rank(a.severity) - rank(b.severity) || a.issue.localeCompare(b.issue));
};

/** “secret in config”. */
export const issueWords = (issue: string): string => issue.replaceAll('_', ' ');
