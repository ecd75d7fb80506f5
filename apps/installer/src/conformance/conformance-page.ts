import { table } from '../measure/performance-page.ts';
import { NOT_FOR_US, type Scenario } from './scenarios.ts';

interface OfficialTool {
  readonly name: string;
  readonly version: string;
}
type Inspected = readonly { readonly asked: string; readonly passed: boolean }[];

/** What one run of the official tools found. */
export interface ConformanceRun {
  readonly inspector: OfficialTool;
  readonly suite: OfficialTool;
  readonly stdio: Inspected;
  readonly http: Inspected;
  readonly scenarios: readonly Scenario[];
}

const word = (passed: boolean): string => (passed ? 'passed' : 'failed');

/** The page that a run writes. */
export function pageOf({ inspector, suite, stdio, http, scenarios }: ConformanceRun): string {
  const asked = stdio.map((one, index) => [`\`${one.asked}\``, word(one.passed), word(http[index]?.passed ?? false)]);
  const judged = scenarios.map(({ name, failed }): string[] => [
    `\`${name}\``,
    NOT_FOR_US[name] === undefined ? word(failed === 0) : `no demand: ${NOT_FOR_US[name]}`,
  ]);
  return `# Conformance of the installer

Written by \`npm run conformance -w @mcp-coordinator/installer\`, which fetches both official tools, runs them against \`mcp-installer\`, and fails where one of them does.

## ${inspector.name} ${inspector.version}

Its command line, over stdio and over Streamable HTTP.

${table(['asked', 'stdio', 'HTTP'], asked)}

## ${suite.name} ${suite.version}

All its scenarios for servers, over Streamable HTTP. Most of them need tools, prompts and resources that the suite's example server has and no other; the suite is told of those, and fails when any other scenario does. Every installer demands a bearer token, of which the suite knows nothing: its requests get one on the way.

${table(['scenario', 'result'], judged)}
`;
}
