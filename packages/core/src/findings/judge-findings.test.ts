import { type Finding, SEVERITIES } from '@mcp-coordinator/contract/findings.contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAtLeast, issuesOfFindings, statusOfFindings, summariseFindings, worstFirst } from './judge-findings.ts';

const finding: fc.Arbitrary<Finding> = fc
  .record({
    severity: fc.constantFrom(...SEVERITIES),
    issue: fc.constantFrom('a', 'b', 'c'),
    id: fc.uuid(),
    isWaived: fc.boolean(),
  })
  .map(({ severity, issue, id, isWaived }) => ({
    ...{
      id,
      rule: `R-${issue}`,
      issue,
      severity,
      title: 't',
      evidence: 'e',
      location: {},
      fix: { text: 'f', actionable: false },
      references: [],
    },
    ...(isWaived ? { waived: { reason: 'r', until: '2027-01-01T00:00:00.000Z' } } : {}),
  }));

describe('judging findings', () => {
  it('counts each finding that counts exactly once', () => {
    fc.assert(
      fc.property(fc.array(finding), (findings) => {
        const summary = summariseFindings(findings);
        expect(summary.totalIssues).toBe(summary.criticalIssues + summary.warningIssues);
        expect(summary.totalIssues + summary.infoIssues).toBe(
          findings.filter(({ waived }) => waived === undefined).length,
        );
      }),
    );
  });

  it('is non-compliant from medium up, and never by what is waived', () => {
    fc.assert(
      fc.property(fc.array(finding), (findings) => {
        const counting = findings.filter(({ waived }) => waived === undefined);
        const bad = counting.some(({ severity }) => ['critical', 'high', 'medium'].includes(severity));
        expect(statusOfFindings(findings)).toBe(bad ? 'non_compliant' : 'compliant');
        expect(new Set(issuesOfFindings(findings))).toEqual(new Set(counting.map(({ issue }) => issue)));
      }),
    );
  });

  it('puts the worst first, whatever the order they come in', () => {
    fc.assert(
      fc.property(fc.array(finding), (findings) => {
        const sorted = worstFirst(findings);
        expect(worstFirst([...findings].reverse())).toEqual(sorted);
        sorted.slice(1).forEach((later, at) => {
          expect(isAtLeast(sorted[at]?.severity ?? 'info', later.severity)).toBe(true);
        });
      }),
    );
  });
});
