import { createHash } from 'node:crypto';
import type { Finding, Severity } from '@mcp-coordinator/contract/findings.contract';
import { fileUri } from './file-uri.ts';
import { orderedServers, type ReportInput, type ServerReport } from './report-input.ts';
import { collectRules, LEVELS, message, type SarifRules } from './sarif-rules.ts';

/** Static Analysis Results Interchange Format 2.1.0 (OASIS), with errata 01. */
export function renderSarif(input: ReportInput): string {
  const { assessment, results, coordinator } = input;
  const servers = orderedServers(results);
  const rules = collectRules(servers);
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'MCP Integration Coordinator', informationUri: coordinator, rules: rules.descriptors },
        },
        automationDetails: { id: `mcp-coordinator/${assessment.assessmentType}/${assessment.assessmentId}` },
        invocations: [invocation(input, servers)],
        columnKind: 'utf16CodeUnits',
        results: servers.flatMap((server) => serverResults(server, rules)),
        properties: {
          assessmentId: assessment.assessmentId,
          status: assessment.status,
          digest: assessment.digest,
          ...results.summary,
        },
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** What could not be checked is no result, but must not be silent either. */
const invocation = ({ assessment, generatedAt }: ReportInput, servers: readonly ServerReport[]) => ({
  executionSuccessful: assessment.status !== 'failed',
  startTimeUtc: assessment.startedAt ?? assessment.createdAt,
  endTimeUtc: assessment.completedAt ?? generatedAt.toISOString(),
  toolExecutionNotifications: servers.flatMap(({ key, unknowns = [] }) =>
    unknowns.map(({ rule, reason }) => ({
      level: 'warning',
      message: message(`${rule} could not be checked: ${reason}`),
      associatedRule: { id: rule },
      locations: [{ logicalLocations: [serverLocation(key)] }],
    })),
  ),
});

function serverResults({ key, issues, findings }: ServerReport, rules: SarifRules): object[] {
  if (findings) return findings.map((finding) => findingResult(key, finding, rules));
  return issues.map((issue) => ({
    ruleId: issue,
    ruleIndex: rules.indexOf(issue),
    level: 'warning',
    message: message(`${key} has the issue ${issue}.`),
    locations: [{ logicalLocations: [serverLocation(key)] }],
    partialFingerprints: {
      'mcpServerIssue/v1': createHash('sha256')
        .update(JSON.stringify([key, issue]))
        .digest('hex'),
    },
  }));
}

/** What code hosts sort by: from 0.0 to 10.0, as CVSS bands. */
const SECURITY_SEVERITY: Record<Severity, string> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
  info: '0.0',
};

function findingResult(server: string, finding: Finding, rules: SarifRules): object {
  const { rule, severity, title, evidence, location, waived } = finding;
  return {
    ruleId: rule,
    ruleIndex: rules.indexOf(rule),
    level: LEVELS[severity],
    message: message(evidence === '' ? title : `${title}: ${evidence}`),
    locations: [
      {
        ...(location.path === undefined
          ? {}
          : { physicalLocation: { artifactLocation: { uri: fileUri(location.path) } } }),
        logicalLocations: logicalLocations(server, location),
      },
    ],
    // The finding's id is the same in every assessment that finds it.
    partialFingerprints: { 'mcpFinding/v1': finding.id },
    ...(waived
      ? {
          suppressions: [
            { kind: 'external', status: 'accepted', justification: `${waived.reason} (until ${waived.until})` },
          ],
        }
      : {}),
    properties: {
      issue: finding.issue,
      severity,
      'security-severity': SECURITY_SEVERITY[severity],
      evidence,
      fix: finding.fix,
      references: finding.references,
    },
  };
}

const serverLocation = (server: string) => ({ name: server, fullyQualifiedName: server, kind: 'module' });

/** The server, and in it the tool, its field, or the place in the file. */
function logicalLocations(server: string, { pointer, tool, field }: Finding['location']): object[] {
  const locations: object[] = [serverLocation(server)];
  let within = server;
  const add = (name: string, kind: string, separator: string): void => {
    within = `${within}${separator}${name}`;
    locations.push({ name, fullyQualifiedName: within, kind });
  };
  if (tool !== undefined) add(tool, 'function', '/');
  if (field !== undefined) add(field, 'member', '/');
  if (pointer !== undefined) add(pointer, 'property', '#');
  return locations;
}
