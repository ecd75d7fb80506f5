import type { Finding } from '@mcp-coordinator/contract/findings.contract';
import type { ReportInput } from '../report-input.ts';

export const finding = (given: Partial<Finding> = {}): Finding => ({
  id: 'fnd_1',
  rule: 'CFG-01',
  issue: 'secret_in_config',
  severity: 'critical',
  title: 'A secret stands in the configuration',
  evidence: 'GITHUB_TOKEN = ghp_••••',
  location: { path: '/home/anna/.cursor/mcp.json', pointer: '/mcpServers/github/env/GITHUB_TOKEN' },
  fix: { text: 'Put a reference in its place.', actionable: true },
  references: ['https://owasp.org/www-project-mcp-top-10/'],
  ...given,
});

export const input = (findings: readonly Finding[] | undefined, given: Partial<ReportInput> = {}): ReportInput => ({
  assessment: {
    assessmentId: 'assessment-123',
    status: 'approved',
    assessmentType: 'compliance',
    origin: 'request',
    targetServers: ['github', 'filesystem'],
    options: { includeDetails: true, generateReport: true, autoApprove: false },
    requestedBy: 'alice',
    createdAt: '2026-01-01T10:00:00.000Z',
    startedAt: '2026-01-01T10:00:01.000Z',
    completedAt: '2026-01-01T10:00:02.000Z',
    summary: { totalIssues: 1, criticalIssues: 1, warningIssues: 0, infoIssues: 0 },
    reason: null,
    decision: { decision: 'approved', by: 'bob', reason: 'looked at it', at: '2026-01-01T11:00:00.000Z' },
    digest: `sha256:${'0'.repeat(64)}`,
    hasReport: true,
  },
  results: {
    summary: { totalIssues: 1, criticalIssues: 1, warningIssues: 0, infoIssues: 0 },
    servers: {
      github: {
        status: 'non_compliant',
        issues: ['secret_in_config'],
        ...(findings ? { findings: [...findings] } : {}),
        unknowns: [{ rule: 'SUP-01', reason: 'the registry serves no advisories' }],
      },
      filesystem: { status: 'compliant', issues: [], ...(findings ? { findings: [] } : {}) },
    },
  },
  generatedAt: new Date('2026-01-02T00:00:00.000Z'),
  coordinator: 'http://localhost:3000',
  ...given,
});

/** The same input with every string in it, keys of servers included, replaced; enumerations and times keep their meaning. */
export function poisoned(payload: string): ReportInput {
  const clean = input([
    finding({
      location: { path: payload, pointer: payload, tool: payload, field: payload },
      waived: { reason: payload, until: payload },
    }),
  ]);
  const poison = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return key === 'severity' || key === 'status' ? value : payload;
    if (Array.isArray(value)) return value.map((item) => poison(item, key));
    if (typeof value !== 'object' || value === null || value instanceof Date) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member], index) => [
        // Two servers cannot have one name.
        key === 'servers' ? payload + ' '.repeat(index) : name,
        poison(member, name),
      ]),
    );
  };
  // Same shape, other strings.
  return { ...(poison(clean, '') as ReportInput), generatedAt: clean.generatedAt };
}
