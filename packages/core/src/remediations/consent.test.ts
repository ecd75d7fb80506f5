import { createHash, createHmac } from 'node:crypto';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import { type Consent, consentSchema } from '@mcp-coordinator/contract/consent.contract';
import { describe, expect, it } from 'vitest';
import { planOf } from '../testing/plan-of.ts';
import { consentedDigest, consentOf } from './consent.ts';
import { type ProposalContent, proposalDigest } from './proposal-digest.ts';
import { joinAction, splitAction } from './seal-action.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hash = (text: string) => `hmac-sha256:${createHmac('sha256', 'k').update(text).digest('hex')}`;
const TOKEN = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';

/** As they come: with values in clear. */
const first: Action = {
  ...{
    id: 'a-1',
    type: 'install_server',
    serverName: 'memory',
    command: 'npx',
    args: ['-y', `--key=${TOKEN}`, '/data'],
  },
  env: { TOKEN, 'A.B': 'x' },
};
const second: Action = {
  id: 'a-2',
  type: 'install_server',
  serverName: 'web',
  url: 'https://h.example/?token=abc123def456',
};
const hashed = (action: Action): Action => {
  const { masked, values } = splitAction(action);
  return joinAction(masked, Object.fromEntries(Object.entries(values).map(([at, value]) => [at, hash(value)])));
};
const content: ProposalContent = {
  ...{ proposalId: 'p-1', assessmentDigest: 'sha256:a', policyVersion: 3, validUntil: '2026-01-05T00:00:00.000Z' },
  actions: [hashed(first), hashed(second)],
  plans: [planOf(), planOf({ actionId: 'a-2', serverName: 'web', planDigest: 'plan-2', launch: null })],
};
const approval = {
  ...{ username: 'ana', credentialId: 'AA', authenticatorData: 'AA', clientDataJSON: 'AA', signature: 'AA' },
};
/** As it arrives: through JSON, checked against the contract. */
const travelled = (actionId: string): Consent =>
  consentSchema.parse(JSON.parse(JSON.stringify(consentOf(content, actionId, [approval], sha256))));
const handed = { proposalId: 'p-1', action: first, planDigest: 'plan' };
const look = (consent: Consent, more: Partial<typeof handed> = {}) =>
  consentedDigest(consent, { ...handed, ...more }, sha256);

it('leads from an action with its values back to the digest that was signed', () => {
  const digest = proposalDigest(content, sha256);
  expect(look(travelled('a-1'))).toEqual({ ok: true, value: digest });
  expect(look(travelled('a-2'), { action: second, planDigest: 'plan-2' })).toEqual({ ok: true, value: digest });
});

it('is there only where somebody signed, and for actions of the proposal', () => {
  expect(consentOf(content, 'a-1', [], sha256)).toBeNull();
  expect(consentOf(content, 'a-9', [approval], sha256)).toBeNull();
});

it('tells a machine nothing of the actions of others, and no value of its own', () => {
  const text = JSON.stringify(travelled('a-1'));
  expect(text).not.toContain('web');
  expect(text).not.toContain(TOKEN);
});

const ANOTHER_PLAN = 'is for an action with another plan';
describe('does not lead there', () => {
  it.each<[string, Partial<typeof handed>]>([
    ['another argument', { action: { ...first, args: ['-y', `--key=${TOKEN}`, '/'] } }],
    ['one more argument', { action: { ...first, args: [...(first.args ?? []), '--all'] } }],
    ['another command', { action: { ...first, command: 'bash' } }],
    ['one more variable', { action: { ...first, env: { ...first.env, NODE_OPTIONS: '--require /tmp/x' } } }],
    ['one variable less', { action: { ...first, env: { TOKEN } } }],
    ['another server', { action: { ...first, serverName: 'memory2' } }],
    ['one more field', { action: { ...first, literal: true } }],
    ['another id', { action: { ...first, id: 'a-2' } }],
    ['another plan', { planDigest: 'plan-2' }],
    ['the other action', { action: second, planDigest: 'plan-2' }],
  ])('from %s', (_, more) => {
    expect(look(travelled('a-1'), more)).toMatchObject({
      refusal: more.planDigest || more.action?.id !== 'a-1' ? ANOTHER_PLAN : 'is for an action with other content',
    });
  });

  it.each<[string, (consent: Consent) => Consent]>([
    ['an action that was changed with it', (one) => ({ ...one, action: { ...one.action, command: 'bash' } })],
    ['a plan that was changed with it', (one) => ({ ...one, plan: { ...one.plan, planDigest: 'plan-9' } })],
    ['no leaf of it', (one) => ({ ...one, leaves: one.leaves.slice(1) })],
    ['a value in clear in the place of its hash', (one) => ({ ...one, action: first as Consent['action'] })],
  ])('%s is part of no proposal', (_, change) => {
    expect(look(change(travelled('a-1')))).toEqual({ ok: false, refusal: 'is for a proposal without this action' });
  });

  it.each<[string, (consent: Consent) => Consent]>([
    ['one leaf more', (one) => ({ ...one, leaves: [...one.leaves, `sha256:${'0'.repeat(64)}`] })],
    ['the leaves in another order', (one) => ({ ...one, leaves: one.leaves.toReversed() })],
    ['another assessment', (one) => ({ ...one, assessmentDigest: 'sha256:b' })],
    ['another policy', (one) => ({ ...one, policyVersion: 4 })],
    ['a later end', (one) => ({ ...one, validUntil: '2036-01-05T00:00:00.000Z' })],
  ])('with %s it is another digest', (_, change) => {
    const other = look(change(travelled('a-1')));
    expect(other.ok && other.value).not.toBe(proposalDigest(content, sha256));
  });

  it('for another proposal', () => {
    const other = look(travelled('a-1'), { proposalId: 'p-2' });
    expect(other.ok && other.value).not.toBe(proposalDigest(content, sha256));
  });
});
