import { expect, it } from 'vitest';
import { differenceWords, documentOf, readDraft, rulesText } from './policy-draft.ts';

const policy = {
  quorum: 1,
  quorumByPriority: {},
  quorumByServer: [],
  secondPerson: true,
  approvers: [],
  maximumAges: { proposalHours: 72, approvalHours: 24, tokenMinutes: 15 },
  changeWindows: [],
  approveInsideWindows: false,
  mfa: { approve: false, execute: false, manageUsers: false },
  passkeys: { always: false, servers: [] },
  breakGlass: false,
};

it('reads back what it wrote, and takes changed rules', () => {
  expect(readDraft(policy, rulesText(policy))).toEqual({ policy });
  const rules = JSON.stringify({ ...JSON.parse(rulesText(policy)), passkeys: { always: true, servers: [] } });
  expect(readDraft(policy, rules)).toMatchObject({ policy: { passkeys: { always: true } } });
  expect(documentOf({ ...policy, version: 3, since: '2026-11-24T00:00:00Z' })).toEqual(policy);
});

it('says what is wrong, and where', () => {
  expect(readDraft(policy, '{').problem).toBe('The rules are not valid JSON');
  expect(readDraft(policy, '[]').problem).toBe('The rules are not valid JSON');
  expect(readDraft({ ...policy, quorum: 0 }, rulesText(policy)).problem).toMatch(/^quorum: /);
  expect(readDraft(policy, '{"approvers":[{}]}').problem).toMatch(/^approvers\.0/);
});

it('tells a difference in one line', () => {
  expect(differenceWords({ path: '/quorum', before: 1, after: 2 })).toBe('/quorum: 1 → 2');
  expect(differenceWords({ path: '/quorumByPriority/critical', before: null, after: 2 })).toMatch(/null → 2/);
});
