import { expect, it } from 'vitest';
import { decideAcknowledgement } from './decide-acknowledgement.ts';

it.each([
  ['firing', null, 'acknowledge'],
  ['firing', 'alice', 'stands'],
  ['firing', 'bob', 'invalid_transition'],
  ['pending', null, 'invalid_transition'],
  ['resolved', null, 'invalid_transition'],
  ['resolved', 'alice', 'stands'],
] as const)('%s, acknowledged by %s: alice gets %s', (state, acknowledgedBy, expected) => {
  const decision = decideAcknowledgement({ id: 'alert_1', state, acknowledgedBy }, 'alice');
  expect(decision.ok ? decision.value : decision.refusal.code).toBe(expected);
});
