import { createHash } from 'node:crypto';
import type { Action, ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import { describe, expect, it } from 'vitest';
import { planOf } from '../testing/plan-of.ts';
import { type ProposalContent, proposalDigest } from './proposal-digest.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const action: Action = {
  id: 'a-1',
  type: 'install_server',
  serverName: 'memory',
  command: 'npx',
  args: ['-y', 'memory'],
  env: { TOKEN: 'hmac-sha256:1' },
};
const content: ProposalContent = {
  proposalId: 'p-1',
  assessmentDigest: 'sha256:a',
  policyVersion: 1,
  validUntil: '2026-01-05T00:00:00.000Z',
  actions: [action],
  plans: [planOf()],
};
const digest = (more: Partial<ProposalContent> = {}) => proposalDigest({ ...content, ...more }, sha256);
const withPlan = (more: Partial<ActionPlan>) => digest({ plans: [planOf(more)] });

const ROLLOUT = { group: { label: 'floor-2' }, waves: [{ machines: 1 }], failureRatio: 0.1, machines: ['one', 'two'] };

/** The same value with the keys of every object in the opposite order. */
function reversed<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(reversed) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  ) as Value;
}

it('is a SHA-256 under its name, the same for the same content in any order of keys', () => {
  expect(digest()).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(proposalDigest(reversed(content), sha256)).toBe(digest());
});

describe('another value of', () => {
  it.each<[string, Partial<ProposalContent>]>([
    ['proposalId', { proposalId: 'p-2' }],
    ['assessmentDigest', { assessmentDigest: 'sha256:b' }],
    ['policyVersion', { policyVersion: 2 }],
    ['the last moment', { validUntil: '2026-01-05T00:00:00.001Z' }],
    ['a command', { actions: [{ ...action, command: 'node' }] }],
    ['the order of arguments', { actions: [{ ...action, args: ['memory', '-y'] }] }],
    ['the hash of a sealed value', { actions: [{ ...action, env: { TOKEN: 'hmac-sha256:2' } }] }],
    ['the name of a variable', { actions: [{ ...action, env: { KEY: 'hmac-sha256:1' } }] }],
    ['the number of actions', { actions: [action, action] }],
    ['its being a rollout', { rollout: ROLLOUT }],
    ['the number of plans', { plans: [planOf(), planOf()] }],
  ])('%s is another digest', (_, more) => {
    expect(digest(more)).not.toBe(digest());
  });

  it.each<[keyof ActionPlan, Partial<ActionPlan>]>([
    ['planDigest', { planDigest: 'other' }],
    ['actionId', { actionId: 'a-2' }],
    ['type', { type: 'update_server' }],
    ['serverName', { serverName: 'time' }],
    ['target', { target: { installerId: 'one', client: 'kilocode', scope: 'project', path: '/other' } }],
    ['target', { target: null }],
    ['sectionHash', { sectionHash: 'nothing' }],
    ['sectionHashAfter', { sectionHashAfter: 'other' }],
    ['launch', { launch: { argv: ['npx', 'memory'], variables: ['TOKEN'], url: null } }],
    ['launch', { launch: null }],
    ['package', { package: { registry: 'npm', name: 'memory', version: '1.0.1', integrity: 'sha512-x' } }],
    ['package', { package: { registry: 'npm', name: 'memory', version: '1.0.0', integrity: null } }],
    ['undo', { undo: { kind: 'forget', description: 'puts it back' } }],
  ])('%s of a plan is another digest', (_, more) => {
    expect(withPlan(more)).not.toBe(digest());
  });

  it('the order of actions is another digest', () => {
    const other = { ...action, id: 'a-2' };
    expect(digest({ actions: [action, other] })).not.toBe(digest({ actions: [other, action] }));
  });

  // What a person reads is made of what is covered; a machine's own words about it may differ between two looks.
  it.each<[keyof ActionPlan, Partial<ActionPlan>]>([
    ['diff', { diff: 'in other words' }],
    ['steps', { steps: [{ step: 'look', result: 'ok', observed: 'in 3 ms' }] }],
    ['restart', { restart: ['zed'] }],
    ['intents', { intents: [] }],
  ])('%s of a plan changes nothing', (_, more) => {
    expect(withPlan(more)).toBe(digest());
  });
});

it.each([
  ['the order of machines', { machines: ['two', 'one'] }],
  ['the waves', { waves: [{ machines: 2 }] }],
  ['the ratio of failures', { failureRatio: 0.2 }],
  ['the group', { group: { label: 'floor-3' } }],
])('of a rollout, %s counts', (_, more) => {
  expect(digest({ rollout: { ...ROLLOUT, ...more } })).not.toBe(digest({ rollout: ROLLOUT }));
});
