import { describe, expect, it } from 'vitest';
import { checkHistory } from './check-history.ts';
import type { AuditRecord, Evidence, History } from './history.ts';

const record = (action: string, target: string, more: Partial<AuditRecord> = {}): AuditRecord => ({
  ...{ action, target, actionId: null, tokenId: null, digest: null, inTree: true },
  ...more,
});
const action = (id: string, machine: string, status: string) => ({ id, machine, entry: `entry-${id}`, status });

/** One execution that was completed and one that was undone, on two machines. */
const EVIDENCE: Evidence = {
  assessments: [{ id: 'as', status: 'completed' }],
  proposals: [
    { id: 'p1', status: 'executed', digest: 'd1', quorum: 2 },
    { id: 'p2', status: 'rolled_back', digest: 'd2', quorum: 1 },
    { id: 'p3', status: 'expired', digest: 'd3', quorum: 1 },
  ],
  votes: [
    { proposalId: 'p1', userId: 1, decision: 'approved', digest: 'd1' },
    { proposalId: 'p1', userId: 2, decision: 'approved', digest: 'd1' },
    { proposalId: 'p2', userId: 1, decision: 'approved', digest: 'd2' },
    { proposalId: 'p3', userId: 1, decision: 'approved', digest: 'd3' },
  ],
  executions: [
    { id: 'e1', proposalId: 'p1', status: 'completed', actions: [action('a', 'one', 'completed')] },
    {
      ...{ id: 'e2', proposalId: 'p2', status: 'rolled_back' },
      actions: [action('b', 'one', 'undone'), action('c', 'two', 'failed'), action('d', 'two', 'skipped')],
    },
    { id: 'e3', proposalId: 'p3', status: 'cancelled', actions: [action('f', 'two', 'pending')] },
  ],
  audit: [
    record('assessment_completed', 'as'),
    ...['p1', 'p2', 'p3'].map((id) => record('remediation_proposed', id)),
    record('execution_started', 'e1', { tokenId: 't1', digest: 'd1' }),
    record('execution_started', 'e2', { tokenId: 't2', digest: 'd2' }),
    record('execution_action_completed', 'e1', { actionId: 'a' }),
    record('execution_action_completed', 'e2', { actionId: 'b' }),
    record('execution_action_undone', 'e2', { actionId: 'b' }),
    record('execution_action_failed', 'e2', { actionId: 'c' }),
    record('execution_completed', 'e1'),
    record('execution_rolled_back', 'e2'),
    record('execution_cancelled', 'e3'),
  ],
  files: [
    { machine: 'one', entries: { kept: { a: 1 }, 'entry-a': {} }, before: { kept: { a: 1 } }, replaced: 3, kills: 0 },
    { machine: 'two', entries: { kept: {} }, before: { kept: {} }, replaced: 0, kills: 0 },
  ],
};
const GOOD: History = {
  acknowledged: [
    { kind: 'assessment', id: 'as' },
    { kind: 'proposal', id: 'p1' },
    { kind: 'approval', id: 'e1' },
    { kind: 'start', id: 'e1' },
  ],
  evidence: EVIDENCE,
};

it('finds nothing where all held', () => {
  expect(checkHistory(GOOD)).toEqual([]);
});

const found = (evidence: Partial<Evidence>, acknowledged = GOOD.acknowledged) => [
  ...new Set(checkHistory({ acknowledged, evidence: { ...EVIDENCE, ...evidence } }).map(({ rule }) => rule)),
];
const [E1, E2, E3] = EVIDENCE.executions as [
  Evidence['executions'][0],
  Evidence['executions'][0],
  Evidence['executions'][0],
];
const [ONE, TWO] = EVIDENCE.files as [Evidence['files'][0], Evidence['files'][0]];
const without = (name: string, target: string): AuditRecord[] =>
  EVIDENCE.audit.filter((one) => one.action !== name || one.target !== target);

describe('finds what was planted', () => {
  const LOST = 'every acknowledged write is there';
  it.each([
    ['an assessment', { kind: 'assessment', id: 'as2' }],
    ['a proposal', { kind: 'proposal', id: 'p9' }],
    ['an approval', { kind: 'approval', id: 'e9' }],
    ['a start', { kind: 'start', id: 'e9' }],
  ] as const)('a lost write: %s', (_, write) => {
    expect(found({}, [write])).toEqual([LOST]);
  });

  it('a lost start, when the execution still waits for one', () => {
    const executions = [{ ...E1, status: 'pending' }, E2, E3];
    expect(found({ executions }, [{ kind: 'start', id: 'e1' }])).toContain(LOST);
  });

  const LEAF = 'each state change has its leaf';
  const FILE = 'each file is before or after';
  const TREE = 'each record is in the tree';
  const QUORUM = 'each execution has its quorum on one digest';
  it.each<[string, Partial<Evidence>, string]>([
    [
      'a token that started two',
      { audit: EVIDENCE.audit.map((one) => (one.tokenId === 't2' ? { ...one, tokenId: 't1' } : one)) },
      'a token is redeemed once',
    ],
    ['a quorum that is short of one', { votes: EVIDENCE.votes.slice(1) }, QUORUM],
    ['one person who counts twice', { votes: EVIDENCE.votes.map((vote) => ({ ...vote, userId: 1 })) }, QUORUM],
    ['a vote on another digest', { votes: EVIDENCE.votes.map((vote) => ({ ...vote, digest: 'd2' })) }, QUORUM],
    ['a start without its record', { audit: without('execution_started', 'e1') }, LEAF],
    ['an end without its record', { audit: without('execution_completed', 'e1') }, LEAF],
    ['an action without its record', { audit: without('execution_action_undone', 'e2') }, LEAF],
    [
      'an action with two',
      { audit: [...EVIDENCE.audit, record('execution_action_completed', 'e1', { actionId: 'a' })] },
      LEAF,
    ],
    ['a proposal without its record', { audit: without('remediation_proposed', 'p3') }, LEAF],
    [
      'a record outside the tree',
      { audit: EVIDENCE.audit.map((one) => ({ ...one, inTree: one.target !== 'p3' })) },
      TREE,
    ],
    ['an execution that hangs', { executions: [{ ...E1, status: 'running' }, E2, E3] }, 'each execution ends'],
    [
      'an action that hangs',
      { executions: [E1, { ...E2, actions: [action('b', 'one', 'undoing')] }, E3] },
      'each execution ends',
    ],
    ['a file that is half written', { files: [{ ...ONE, entries: null }, TWO] }, FILE],
    ['a completed action that is not in its file', { files: [{ ...ONE, entries: { kept: { a: 1 } } }, TWO] }, FILE],
    ['a failed action that is', { files: [ONE, { ...TWO, entries: { kept: {}, 'entry-c': {} } }] }, FILE],
    [
      'an undone action that is',
      { files: [{ ...ONE, entries: { kept: { a: 1 }, 'entry-a': {}, 'entry-b': {} } }, TWO] },
      FILE,
    ],
    [
      'an entry that nobody asked for',
      { files: [ONE, { ...TWO, entries: { kept: {}, other: {} } }] },
      'nothing else is touched',
    ],
    ['an entry that was harmed', { files: [ONE, { ...TWO, entries: { kept: { b: 1 } } }] }, 'nothing else is touched'],
    ['an action that ran twice', { files: [{ ...ONE, replaced: 4 }, TWO] }, 'no action runs twice'],
    ['a failed one that was tried again', { files: [ONE, { ...TWO, replaced: 3 }] }, 'no action runs twice'],
  ])('%s', (_, evidence, rule) => {
    expect(found(evidence)).toContain(rule);
  });
});

it('lets a file be put back once for each time that its installer was killed', () => {
  expect(found({ files: [{ ...ONE, replaced: 4, kills: 1 }, TWO] })).toEqual([]);
});
