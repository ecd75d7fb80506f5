import type { Severity } from '@mcp-coordinator/contract/findings.contract';
import { describe, expect, it } from 'vitest';
import { fileUri } from './file-uri.ts';
import type { ReportInput } from './report-input.ts';
import { renderSarif } from './sarif-report.ts';
import { finding, input, poisoned } from './testing/report-input.ts';

const runOf = (given: ReportInput) => JSON.parse(renderSarif(given)).runs[0];

describe('the SARIF report', () => {
  it('is a log of version 2.1.0 with one run of this tool', () => {
    const log = JSON.parse(renderSarif(input([finding()])));
    expect(log).toMatchObject({
      version: '2.1.0',
      runs: [{ tool: { driver: { name: 'MCP Integration Coordinator' } } }],
    });
    expect(log.$schema).toContain('sarif-schema-2.1.0.json');
    expect(log.runs[0].invocations).toEqual([
      {
        executionSuccessful: true,
        startTimeUtc: '2026-01-01T10:00:01.000Z',
        endTimeUtc: '2026-01-01T10:00:02.000Z',
        toolExecutionNotifications: [
          {
            level: 'warning',
            message: { text: 'SUP-01 could not be checked: the registry serves no advisories' },
            associatedRule: { id: 'SUP-01' },
            locations: [{ logicalLocations: [{ name: 'github', fullyQualifiedName: 'github', kind: 'module' }] }],
          },
        ],
      },
    ]);
  });

  it('declares each rule once, with help, and results point at theirs', () => {
    const other = finding({ id: 'fnd_3', rule: 'TDF-03', issue: 'instruction_override', references: ['not a link'] });
    const run = runOf(input([finding(), finding({ id: 'fnd_2' }), other]));
    expect(run.tool.driver.rules).toMatchObject([
      {
        id: 'CFG-01',
        name: 'SecretInConfig',
        help: { text: 'Put a reference in its place.\nhttps://owasp.org/www-project-mcp-top-10/' },
        helpUri: 'https://owasp.org/www-project-mcp-top-10/',
        defaultConfiguration: { level: 'error' },
      },
      { id: 'TDF-03', name: 'InstructionOverride' },
    ]);
    expect(run.tool.driver.rules[1].helpUri).toBeUndefined();
    for (const result of run.results) expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
  });

  it.each<[Severity, string]>([
    ['critical', 'error'],
    ['high', 'error'],
    ['medium', 'warning'],
    ['low', 'warning'],
    ['info', 'note'],
  ])('gives %s the level %s', (severity, level) => {
    expect(runOf(input([finding({ severity })])).results[0]).toMatchObject({ level, properties: { severity } });
  });

  it('says where, and knows the finding again', () => {
    const [inFile, inTool] = runOf(
      input([finding({ id: 'a' }), finding({ id: 'b', location: { tool: 'search', field: 'description' } })]),
    ).results;
    expect(inFile.locations).toEqual([
      {
        physicalLocation: { artifactLocation: { uri: 'file:///home/anna/.cursor/mcp.json' } },
        logicalLocations: [
          { name: 'github', fullyQualifiedName: 'github', kind: 'module' },
          {
            name: '/mcpServers/github/env/GITHUB_TOKEN',
            fullyQualifiedName: 'github#/mcpServers/github/env/GITHUB_TOKEN',
            kind: 'property',
          },
        ],
      },
    ]);
    expect(inTool.locations[0].physicalLocation).toBeUndefined();
    expect(inTool.locations[0].logicalLocations.at(-1)).toMatchObject({
      fullyQualifiedName: 'github/search/description',
    });
    expect([inFile.partialFingerprints, inTool.partialFingerprints]).toEqual([
      { 'mcpFinding/v1': 'a' },
      { 'mcpFinding/v1': 'b' },
    ]);
  });

  it('suppresses what was waived, and leaves it in', () => {
    const [result] = runOf(input([finding({ waived: { reason: 'accepted', until: '2026-06-01' } })])).results;
    expect(result.suppressions).toEqual([
      { kind: 'external', status: 'accepted', justification: 'accepted (until 2026-06-01)' },
    ]);
  });

  it('has the issue codes where there are no details, with fingerprints that stay', () => {
    const [one] = runOf(input(undefined)).results;
    const [other] = runOf(input(undefined, { generatedAt: new Date(0) })).results;
    expect(one).toMatchObject({ ruleId: 'secret_in_config', ruleIndex: 0, level: 'warning' });
    expect(other.partialFingerprints).toEqual(one.partialFingerprints);
  });

  it('lets no evidence make a placeholder or a link', () => {
    const [{ message, properties }] = runOf(
      input([finding({ title: 't', evidence: '{0} [click](https://evil) ${X}' })]),
    ).results;
    expect(message.text).toBe('t: {{0}} \\[click\\](https://evil) ${{X}}');
    expect(properties.evidence).toBe('{0} [click](https://evil) ${X}');
  });

  it.each(['', ' ', '\u0000\ud800"\\\n', '<script>', '__proto__', '../../..', '{'])(
    'holds with %j for every string',
    (payload) => {
      const run = runOf(poisoned(payload));
      expect(run.results).toHaveLength(1);
      expect(run.results[0].message.text.length).toBeGreaterThan(0);
      expect(run.results[0].ruleIndex).toBe(0);
    },
  );
});

it.each([
  ['/home/anna/a b/ü#?%.json', 'file:///home/anna/a%20b/%C3%BC%23%3F%25.json'],
  ['C:\\Users\\Anna\\mcp.json', 'file:///C:/Users/Anna/mcp.json'],
  ['C:/Users/Anna/mcp.json', 'file:///C:/Users/Anna/mcp.json'],
  ['\\\\host\\share\\mcp.json', 'file://host/share/mcp.json'],
  ['.mcp.json', '.mcp.json'],
  ['~/a:b', '~/a%3Ab'],
  ['/a\u0000\ud800b', 'file:///a%00%EF%BF%BDb'],
])('fileUri(%j)', (path, uri) => {
  expect(fileUri(path)).toBe(uri);
});
