import type { Assessment } from '@mcp-coordinator/contract/assessments.contract';
import type { AssessmentResults, Finding, Severity } from '@mcp-coordinator/contract/findings.contract';
import { expect, it } from 'vitest';
import { mendableIssues } from '../remediations/mendable-issues.ts';
import { overviewTitle, runTitle } from './assessment-words.ts';
import { findFinding, parseFindingSearch } from './find-finding.ts';
import { newFindings, openFindings, sumByRule, sumByServer } from './finding-sums.ts';
import { openCurve } from './open-curve.ts';
import { parseTargets } from './parse-targets.ts';
import { pickLatest } from './pick-latest.ts';
import { byNeed } from './server-order.ts';
import { serverWords } from './server-words.ts';
import { toReview } from './to-review.ts';

const finding = (id: string, rule: string, severity: Severity, more: Partial<Finding> = {}): Finding => ({
  id,
  rule,
  issue: `${rule.toLowerCase()}_issue`,
  severity,
  title: id,
  evidence: '',
  location: {},
  fix: { text: '', actionable: false },
  references: [],
  ...more,
});
const RESULTS: AssessmentResults = {
  summary: { totalIssues: 4, criticalIssues: 2, warningIssues: 2, infoIssues: 0 },
  servers: {
    calm: { status: 'compliant', issues: [], findings: [] },
    vague: { status: 'unknown', issues: [], findings: [] },
    bad: { status: 'non_compliant', issues: ['x'], findings: [finding('1', 'A', 'high'), finding('2', 'B', 'medium')] },
    worst: {
      status: 'non_compliant',
      issues: ['x'],
      findings: [
        finding('3', 'B', 'critical'),
        finding('4', 'C', 'low', { waived: { reason: 'known', until: '2027-01-01' } }),
      ],
    },
  },
};
const assessment = (id: string, status: Assessment['status'], day: number, more: Partial<Assessment> = {}) =>
  ({
    assessmentId: id,
    status,
    origin: 'request',
    targetServers: [],
    createdAt: `2026-11-0${day}T00:00:00Z`,
    completedAt: `2026-11-0${day}T01:00:00Z`,
    summary: RESULTS.summary,
    ...more,
  }) as Assessment;

it('sums by rule, the worst first, and keeps what has cleared', () => {
  const earlier = [finding('1', 'A', 'high'), finding('9', 'D', 'low')];
  expect(sumByRule(openFindings(RESULTS), earlier)).toMatchObject([
    { rule: 'B', severity: 'critical', open: 2, before: 0 },
    { rule: 'A', severity: 'high', open: 1, before: 1 },
    { rule: 'D', severity: 'low', open: 0, before: 1 },
  ]);
  expect(sumByRule(openFindings(RESULTS), null)[0]).toMatchObject({ before: null });
});

it('does not count what is waived', () => {
  expect(openFindings(RESULTS).map(({ id }) => id)).toEqual(['1', '2', '3']);
  expect(sumByServer(RESULTS)[0]?.counts.low).toBe(0);
});

it('puts servers in the order of need', () => {
  expect(sumByServer(RESULTS).map(({ server }) => server)).toEqual(['worst', 'bad']);
  expect(byNeed(RESULTS).map(([name]) => name)).toEqual(['worst', 'bad', 'vague', 'calm']);
});

it('knows what is new by the ids of findings', () => {
  const open = openFindings(RESULTS);
  expect(newFindings(open, [finding('1', 'A', 'high')]).map(({ id }) => id)).toEqual(['2', '3']);
  expect(newFindings(open, null)).toHaveLength(3);
});

it('compares an assessment of all servers with the one of all before it', () => {
  const all = [
    assessment('part', 'completed', 5, { targetServers: ['x'] }),
    assessment('mine', 'completed', 4, { origin: 'proposal' }),
    assessment('new', 'approved', 3),
    assessment('broken', 'failed', 2, { summary: null }),
    assessment('old', 'rejected', 1),
  ];
  expect(pickLatest(all).map((one) => one?.assessmentId)).toEqual(['new', 'old']);
  expect(openCurve(all).map(({ value }) => value)).toEqual([4, 4]);
  expect(pickLatest([])).toEqual([undefined, undefined]);
});

it('lists for review what nobody has decided, the most serious first, then the oldest', () => {
  const calm = { ...RESULTS.summary, criticalIssues: 0 };
  const list = [
    assessment('late', 'completed', 4),
    assessment('done', 'approved', 3),
    assessment('calm', 'completed', 2, { summary: calm }),
    assessment('early', 'completed', 1),
  ];
  expect(toReview(list).map(({ assessmentId }) => assessmentId)).toEqual(['early', 'late', 'calm']);
});

it.each([
  [{ newCritical: null, openIssues: 0, waiting: 0, running: 0 }, 'Nothing has been assessed yet.'],
  [{ newCritical: null, openIssues: 0, waiting: 0, running: 1 }, 'The first assessment is under way.'],
  [
    { newCritical: 2, openIssues: 9, waiting: 3, running: 0 },
    'Two critical findings are new. Three results wait for review.',
  ],
  [
    { newCritical: 0, openIssues: 1, waiting: 1, running: 0 },
    'No critical finding is new; 1 finding is open. One result waits for review.',
  ],
  [{ newCritical: 0, openIssues: 0, waiting: 0, running: 0 }, 'Nothing was found. No result waits for review.'],
])('titles the overview %#', (numbers, words) => {
  expect(overviewTitle(numbers)).toBe(words);
});

it('titles a run by its answer', () => {
  expect(runTitle(assessment('a', 'completed', 1), { all: 5, failing: 3 })).toBe(
    '3 of 5 servers do not comply: 2 critical or high findings.',
  );
  expect(runTitle(assessment('a', 'completed', 1), { all: 1, failing: 0 })).toBe('The server complies.');
  expect(runTitle(assessment('a', 'failed', 1), null)).toMatch(/failed/);
});

it('reads and shows names of servers', () => {
  expect(parseTargets(' a, b\n\n b \nc')).toEqual(['a', 'b', 'c']);
  expect(serverWords('build-07/cursor/user/git/hub')).toBe('git/hub@build-07');
  expect(serverWords('a/b')).toBe('a/b');
});

const seen = (id: string, issue: string, part: object = {}) => ({
  ...{ id, issue, rule: 'CFG-01', severity: 'high', title: '', evidence: '', location: {}, references: [] },
  fix: { text: 'by hand', actionable: true },
  ...part,
});
const mixed = {
  summary: { totalIssues: 0, criticalIssues: 0, warningIssues: 0, infoIssues: 0 },
  servers: {
    'm/cursor/user/a': {
      status: 'non_compliant',
      issues: ['secret', 'broad'],
      findings: [
        seen('1', 'secret'),
        seen('2', 'broad', { severity: 'critical', fix: { text: 'by hand', actionable: false } }),
      ],
    },
    b: { status: 'non_compliant', issues: ['secret'], findings: [seen('3', 'secret'), seen('4', 'secret')] },
    c: { status: 'non_compliant', issues: ['bare'] },
  },
} as unknown as AssessmentResults;

it('finds a finding by its id, with each other server that has the same', () => {
  const found = findFinding(mixed, '1');
  expect([found?.server, found?.alsoOn.map(({ server, finding }) => `${server} ${finding.id}`)]).toEqual([
    'm/cursor/user/a',
    ['b 3'],
  ]);
  expect(findFinding(mixed, 'gone')).toBeUndefined();
  expect([parseFindingSearch({ run: 'r' }), parseFindingSearch({ run: '' })]).toEqual([{ run: 'r' }, {}]);
});

it('offers to mend what a proposal can, and says of the rest what a person has to do', () => {
  expect(mendableIssues(mixed)).toEqual([
    { issue: 'broad', servers: ['m/cursor/user/a'], severity: 'critical', byHand: 'by hand' },
    { issue: 'secret', servers: ['m/cursor/user/a', 'b'], severity: 'high', byHand: null },
    { issue: 'bare', servers: ['c'], severity: null, byHand: null },
  ]);
});
