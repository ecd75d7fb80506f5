import type { Assessment } from '@mcp-coordinator/contract/assessments.contract';
import {
  type AssessmentResults,
  type Finding,
  SEVERITIES,
  type ServerResult,
  type Severity,
} from '@mcp-coordinator/contract/findings.contract';

/** Everything a report is made of: the same input gives the same bytes. */
export interface ReportInput {
  readonly assessment: Assessment;
  readonly results: AssessmentResults;
  readonly generatedAt: Date;
  /** The origin of the coordinator that vouches for it. */
  readonly coordinator: string;
}

export interface ServerReport extends ServerResult {
  readonly key: string;
}

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Servers by name, the findings of each worst first: an order that does not depend on who wrote them down. */
export function orderedServers({ servers }: AssessmentResults): ServerReport[] {
  return Object.entries(servers)
    .sort(([a], [b]) => byText(a, b))
    .map(([key, server]) => ({
      ...server,
      key,
      ...(server.findings ? { findings: worstFirst(server.findings) } : {}),
    }));
}

const worstFirst = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort((a, b) => rank(a.severity) - rank(b.severity) || byText(a.rule, b.rule) || byText(a.id, b.id));

/** Where a finding stands, in one line: `path#pointer` of a file, or `tool, field` of a definition. */
export function locationText({ path, pointer, tool, field }: Finding['location']): string {
  const place = path === undefined ? (pointer ?? '') : pointer === undefined ? path : `${path}#${pointer}`;
  const definition = [tool === undefined ? '' : `tool ${tool}`, field === undefined ? '' : `field ${field}`];
  return [place, ...definition].filter((part) => part !== '').join(', ');
}

/** Name and value of what a reader wants to know first. */
export function headFacts({ assessment, generatedAt, coordinator }: ReportInput): [string, string][] {
  const { decision } = assessment;
  const facts: [string, string | null][] = [
    ['Assessment', assessment.assessmentId],
    ['Type', assessment.assessmentType],
    ['Status', assessment.status],
    ['Requested by', assessment.requestedBy],
    ['Requested at', assessment.createdAt],
    ['Completed at', assessment.completedAt],
    ['Decision', decision && `${decision.decision} by ${decision.by} at ${decision.at}: ${decision.reason}`],
    ['Digest', assessment.digest],
    ['Coordinator', coordinator],
    ['Report made at', generatedAt.toISOString()],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== null);
}

/** For a file name on any system; ids may hold `:` and `@`. */
export const reportFileName = ({ assessment }: ReportInput, extension: string): string =>
  `assessment-${assessment.assessmentId.replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(0, 100)}.${extension}`;
