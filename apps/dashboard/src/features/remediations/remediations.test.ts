import type { ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import type { AssessmentResults } from '@mcp-coordinator/contract/findings.contract';
import type { Inventory } from '@mcp-coordinator/contract/inventory.contract';
import {
  PROPOSAL_STATUSES,
  type Proposal,
  type ProposalSummary,
} from '@mcp-coordinator/contract/remediations.contract';
import { expect, it } from 'vitest';
import { findingsBehind } from './findings-behind.ts';
import { effectOf, identicalChanges, intentsOf, targetPlaces } from './proposal-effect.ts';
import { byExpiryThenRisk } from './proposal-order.ts';
import { queueTitle } from './queue-title.ts';
import { parseTab, TAB_STATUSES, tabOf } from './remediation-tabs.ts';
import { staleFiles } from './stale-files.ts';

it('has one tab for each status', () => {
  expect(Object.values(TAB_STATUSES).flat().toSorted()).toEqual([...PROPOSAL_STATUSES].toSorted());
  expect(tabOf('rolled_back')).toBe('done');
});

it('keeps the first tab out of the address, and nonsense as well', () => {
  expect(parseTab({ tab: 'failed' })).toEqual({ tab: 'failed' });
  expect(parseTab({ tab: 'awaiting' })).toEqual({});
  expect(parseTab({ tab: 'x' })).toEqual({});
});

it('queues by expiry, then risk', () => {
  const one = (proposalId: string, expiresAt: string | null, priority: string) =>
    ({ proposalId, expiresAt, priority }) as ProposalSummary;
  const queue = [
    one('never', null, 'critical'),
    one('later', '2026-11-24T15:00:00Z', 'critical'),
    one('low', '2026-11-24T14:00:00Z', 'low'),
    one('high', '2026-11-24T14:00:30Z', 'high'),
  ];
  expect(queue.sort(byExpiryThenRisk).map(({ proposalId }) => proposalId)).toEqual(['high', 'low', 'later', 'never']);
});

it('sums up what a preview touches', () => {
  const target = { installerId: 'm', client: 'cursor', scope: 'user', path: '/a' } as const;
  const plan = (part: Partial<ActionPlan>) =>
    ({ target, diff: '--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n', restart: ['Cursor'], ...part }) as ActionPlan;
  const undo = { kind: 'restore_bytes', description: 'back to the byte' } as const;
  expect(effectOf([plan({ undo }), plan({ undo }), plan({ undo, target: null, diff: '', restart: [] })])).toEqual({
    installers: ['m'],
    clients: ['cursor'],
    files: ['/a'],
    restart: ['Cursor'],
    undo: ['back to the byte'],
    changedLines: 4,
  });
  const proposedActions = [
    { id: 'a', type: 'remove_server', serverName: 'fs', target },
    { id: 'b', type: 'pin_tools', serverName: 'git' },
  ] as Proposal['proposedActions'];
  expect(targetPlaces({ proposedActions })).toEqual(['fs@m', 'git']);
});

const pin = (actionId: string, installerId: string, after = 'y') =>
  ({
    actionId,
    type: 'update_server',
    serverName: 'fs',
    target: { installerId, client: 'cursor', scope: 'user', path: '/a' },
    sectionHash: `${installerId} before`,
    intents: [{ verb: 'Pin', text: 'Package: latest → 1.0.0' }],
    diff: `--- ${installerId}\n+++ b\n@@ -${installerId.length} +1 @@\n-x\n+${after}\n`,
    restart: [],
    undo: { kind: 'restore_bytes', description: 'back' },
  }) as unknown as ActionPlan;

it('puts changes together that are the same to the character, each place named', () => {
  const plans = [pin('1', 'one'), pin('2', 'three'), pin('3', 'two', 'z')];
  expect(identicalChanges(plans).map((group) => group.map(({ actionId }) => actionId))).toEqual([['1', '2'], ['3']]);
  expect(intentsOf(plans).map(({ places }) => places)).toEqual([3]);
  expect(effectOf(plans).files).toEqual(['/a', '/a', '/a']);
});

it('calls a dry run stale where the installer reports another file, and nowhere else', () => {
  const report = (installerId: string, sectionHash: string | null) => ({
    installerId,
    inventory: { files: [{ path: '/a', sectionHash }] as Inventory['files'] },
  });
  const plans = [pin('1', 'one'), pin('2', 'one', 'later'), pin('3', 'two')];
  expect(staleFiles(plans, [report('one', 'one before'), report('two', 'changed')])).toEqual(['/a']);
  expect(staleFiles(plans, [report('one', 'one before'), report('two', 'two before')])).toEqual([]);
  expect(staleFiles(plans, [report('one', null)])).toEqual([]);
});

it('finds the findings behind a proposal, the worst first', () => {
  const found = (id: string, issue: string, severity: string, waived?: object) => ({ id, issue, severity, waived });
  const results = {
    servers: {
      'm/cursor/user/fs': {
        findings: [
          found('1', 'a', 'low'),
          found('2', 'a', 'high'),
          found('3', 'b', 'high'),
          found('4', 'a', 'high', {}),
        ],
      },
      other: { findings: [found('5', 'a', 'critical')] },
    },
  } as unknown as AssessmentResults;
  const proposedActions = [{ serverName: 'fs' }] as Proposal['proposedActions'];
  expect(findingsBehind({ issues: ['a'], proposedActions }, results).map(({ id }) => id)).toEqual(['2', '1']);
});

it.each([
  [[0, 0, 0], 'Nothing waits for a decision.'],
  [[1, 0, 0], 'One proposal waits for approval.'],
  [[7, 2, 1], 'Seven proposals wait for approval, 2 approved changes are ready to run, 1 change is under way.'],
  [[0, 1, 0], '1 approved change is ready to run.'],
] as const)('titles the queue %#', ([pending, approved, running], words) => {
  expect(queueTitle(pending, approved, running)).toBe(words);
});
