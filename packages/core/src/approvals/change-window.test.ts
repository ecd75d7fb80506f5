import { type ChangeWindow, changeWindowSchema, DAYS } from '@mcp-coordinator/contract/policies.contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { insideWindows } from './change-window.ts';

const window = (more: Partial<ChangeWindow> = {}): ChangeWindow => ({
  days: ['wed'],
  from: '09:00',
  to: '17:00',
  timeZone: 'UTC',
  ...more,
});
const open = (now: string, ...windows: ChangeWindow[]) =>
  insideWindows([{ changeWindows: windows }], new Date(now), 'Nothing was run.').ok;

// 2026-07-01 is a Wednesday.
describe('a window', () => {
  it.each([
    ['2026-07-01T08:59:59Z', false],
    ['2026-07-01T09:00:00Z', true],
    ['2026-07-01T16:59:59Z', true],
    ['2026-07-01T17:00:00Z', false],
    ['2026-07-02T12:00:00Z', false],
    ['2026-06-30T12:00:00Z', false],
  ])('of some hours, at %s: %s', (now, expected) => {
    expect(open(now, window())).toBe(expected);
  });

  it.each([
    ['2026-07-01T21:59:00Z', false],
    ['2026-07-01T22:00:00Z', true],
    ['2026-07-02T03:59:00Z', true],
    ['2026-07-02T04:00:00Z', false],
    ['2026-07-02T22:30:00Z', false],
    ['2026-07-01T02:00:00Z', false],
  ])('over midnight belongs to the day it begins on, at %s: %s', (now, expected) => {
    expect(open(now, window({ from: '22:00', to: '04:00' }))).toBe(expected);
  });

  it('over midnight reaches from Sunday into Monday', () => {
    const sunday = window({ days: ['sun'], from: '22:00', to: '04:00' });
    expect([open('2026-07-05T23:00:00Z', sunday), open('2026-07-06T03:00:00Z', sunday)]).toEqual([true, true]);
    expect(open('2026-07-07T03:00:00Z', sunday)).toBe(false);
  });

  it('of a whole day', () => {
    const day = window({ from: '00:00', to: '24:00' });
    expect([open('2026-07-01T00:00:00Z', day), open('2026-07-01T23:59:00Z', day)]).toEqual([true, true]);
    expect([open('2026-06-30T23:59:00Z', day), open('2026-07-02T00:00:00Z', day)]).toEqual([false, false]);
  });

  it('is one of its time zone, summer and winter', () => {
    const berlin = window({ timeZone: 'Europe/Berlin' });
    expect([open('2026-07-01T06:59:00Z', berlin), open('2026-07-01T07:00:00Z', berlin)]).toEqual([false, true]);
    // 2026-12-02 is a Wednesday, and clocks are an hour behind July's.
    expect([open('2026-12-02T07:59:00Z', berlin), open('2026-12-02T08:00:00Z', berlin)]).toEqual([false, true]);
    const auckland = window({ timeZone: 'Pacific/Auckland' });
    expect([open('2026-06-30T21:00:00Z', auckland), open('2026-07-01T21:00:00Z', auckland)]).toEqual([true, false]);
  });

  it('stands beside others', () => {
    const night = window({ days: ['mon'], from: '22:00', to: '23:00' });
    expect(open('2026-07-01T12:00:00Z', night, window())).toBe(true);
    expect(open('2026-07-01T12:00:00Z', night)).toBe(false);
  });
});

describe('windows', () => {
  const now = new Date('2026-07-01T12:00:00Z');
  const shut = window({ days: ['mon', 'tue'], from: '01:00', to: '02:00', timeZone: 'Europe/Berlin' });

  it('there are none: at any time', () => {
    expect(insideWindows([{ changeWindows: [] }], now, '').ok).toBe(true);
    expect(insideWindows([], now, '').ok).toBe(true);
  });

  it('of every policy must be open', () => {
    expect(insideWindows([{ changeWindows: [window()] }, { changeWindows: [] }], now, '').ok).toBe(true);
    expect(insideWindows([{ changeWindows: [window()] }, { changeWindows: [shut] }], now, '').ok).toBe(false);
  });

  it('are named when they are shut', () => {
    const refused = insideWindows([{ changeWindows: [shut] }], now, 'Nothing was run.');
    expect(refused).toEqual({
      ok: false,
      refusal: {
        code: 'outside_change_window',
        detail:
          'The policy allows this only in its change windows: mon, tue 01:00–02:00 Europe/Berlin. Nothing was run.',
      },
    });
  });

  it('and their complements are never open together, and never shut together', () => {
    const minutes = fc.integer({ min: 0, max: 1439 });
    const text = (minute: number) =>
      `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
    const moment = fc.date({ min: new Date('2026-01-01'), max: new Date('2026-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(
        minutes,
        minutes,
        moment,
        fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata'),
        (a, b, at, timeZone) => {
          fc.pre(a !== b);
          const all = { days: [...DAYS], timeZone };
          const [one, rest] = [
            { ...all, from: text(a), to: text(b) },
            { ...all, from: text(b), to: text(a) },
          ];
          expect(open(at.toISOString(), one)).toBe(!open(at.toISOString(), rest));
        },
      ),
    );
  });
});

it.each([
  ['an offset', { timeZone: '+01:00' }],
  ['no zone', { timeZone: 'Europe/Nowhere' }],
  ['no time', { from: '24:00' }],
  ['no time', { to: '25:00' }],
  ['no days', { days: [] }],
  ['an empty one', { from: '09:00', to: '09:00' }],
  ['one more field', { until: '2027-01-01' }],
])('%s is refused', (_, more) => {
  expect(changeWindowSchema.safeParse(window()).success).toBe(true);
  expect(changeWindowSchema.safeParse({ ...window(), ...more }).success).toBe(false);
});
