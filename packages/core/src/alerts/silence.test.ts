import { expect, it } from 'vitest';
import { type SilencePeriod, silencedUntil } from './silence.ts';

const ALERT = { severity: 'critical', condition: 'cpu_usage > 90', server: null } as const;
const ON_A = { severity: 'warning', condition: 'server_down > 0', server: 'a' } as const;
const silence = (given: Partial<SilencePeriod>): SilencePeriod => ({
  ...{ severity: null, condition: null, server: null, startsAt: 100, endsAt: 200 },
  ...given,
});

it('an alert is silenced from the start to just before the end', () => {
  const one = [silence({ condition: 'cpu_usage > 90' })];
  expect([99, 100, 199, 200].map((now) => silencedUntil(ALERT, one, now))).toEqual([null, 200, 200, null]);
});

it.each([
  [{ severity: 'critical' }, true, false],
  [{ condition: 'server_down > 0' }, false, true],
  [{ server: 'a' }, false, true],
  [{ server: 'b' }, false, false],
  [{ severity: 'critical', server: 'a' }, false, false],
  [{ severity: 'warning', condition: 'server_down > 0', server: 'a' }, false, true],
] as const)('%j fits only what is the same in each field it names', (fields, first, second) => {
  const until = [ALERT, ON_A].map((alert) => silencedUntil(alert, [silence(fields)], 150));
  expect(until).toEqual([first ? 200 : null, second ? 200 : null]);
});

it('of several the one that ends last counts', () => {
  const all = [silence({ endsAt: 180 }), silence({ endsAt: 300 }), silence({ startsAt: 160, endsAt: 900 })];
  expect(silencedUntil(ALERT, all, 150)).toBe(300);
});
