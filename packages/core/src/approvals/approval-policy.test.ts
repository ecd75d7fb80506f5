import { PRIORITIES } from '@mcp-coordinator/contract/remediations.contract';
import { expect, it } from 'vitest';
import { quorumFor } from './approval-policy.ts';

const policy = (quorum: number, quorumCritical: number) => ({
  version: 1,
  quorum,
  quorumCritical,
  secondPerson: false,
});

it('asks for more people only where the priority is critical', () => {
  expect(PRIORITIES.map((priority) => quorumFor(policy(1, 3), priority))).toEqual([1, 1, 1, 3]);
});

it('never asks for fewer when it is critical', () => {
  expect(PRIORITIES.map((priority) => quorumFor(policy(4, 2), priority))).toEqual([4, 4, 4, 4]);
});
