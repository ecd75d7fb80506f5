import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Finding, Severity } from '@mcp-coordinator/contract/findings.contract';
import type { Rule } from '../rules/rule.ts';
import { RULES, RULES_VERSION } from '../rules/rule-table.ts';
import type { ScannedFile } from './scanned-file.ts';

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};
/** As code hosts rank alerts: 9 and above critical, 7 high, 4 medium. */
const RANKS: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
  info: '0.0',
};

/** The report as SARIF 2.1.0, one result a finding, the same for the same findings. */
export function sarifReport(files: readonly ScannedFile[]): unknown {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'mcp-compliance', version: RULES_VERSION, rules: RULES.map(descriptorOf) } },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: files.every(({ problem }) => problem === undefined),
            toolExecutionNotifications: files.flatMap(notificationsOf),
          },
        ],
        results: files.flatMap(({ file, servers }) =>
          servers.flatMap(({ name, findings = [] }) => findings.map((finding) => resultOf(file, name, finding))),
        ),
      },
    ],
  };
}

const descriptorOf = ({ id, issue, severity, title, meaning, fix, references }: Rule) => ({
  id,
  name: issue,
  shortDescription: { text: title },
  fullDescription: { text: meaning },
  help: { text: fix.text },
  defaultConfiguration: { level: LEVELS[severity] },
  properties: { tags: ['mcp', ...references], 'security-severity': RANKS[severity] },
});

/** What was not read, and what could not be determined. */
function notificationsOf({ file, problem, servers }: ScannedFile) {
  const artifact = { physicalLocation: { artifactLocation: { uri: uriOf(file) } } };
  const unread = problem === undefined ? [] : [{ level: 'error', message: { text: problem }, locations: [artifact] }];
  const unknown = servers.flatMap(({ name, unknowns = [] }) =>
    unknowns.map(({ rule, reason }) => ({
      level: 'note',
      message: { text: `${name}: ${rule} could not be determined: ${reason}` },
      locations: [artifact],
    })),
  );
  return [...unread, ...unknown];
}

function resultOf(file: string, server: string, finding: Finding) {
  const { rule, severity, title, evidence, location, waived } = finding;
  const index = RULES.findIndex(({ id }) => id === rule);
  return {
    ruleId: rule,
    ...(index < 0 ? {} : { ruleIndex: index }),
    level: LEVELS[severity],
    message: { text: `${title}: ${evidence}` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: uriOf(file) } },
        logicalLocations: [{ fullyQualifiedName: placeIn(server, location), kind: 'member' }],
      },
    ],
    partialFingerprints: { 'mcpFinding/v1': fingerprint(file, finding.id) },
    properties: { severity, server, 'security-severity': RANKS[severity] },
    ...(waived === undefined
      ? {}
      : { suppressions: [{ kind: 'external', status: 'accepted', justification: waived.reason }] }),
  };
}

const placeIn = (server: string, { tool, field, pointer }: Finding['location']): string =>
  [server, tool, field ?? pointer].filter((part) => part !== undefined && part !== '').join('/');
const uriOf = (file: string): string => pathToFileURL(resolve(file)).href;
const fingerprint = (file: string, id: string): string =>
  createHash('sha256')
    .update(`${file.replaceAll('\\', '/').split('/').at(-1) ?? ''} ${id}`)
    .digest('hex')
    .slice(0, 32);
