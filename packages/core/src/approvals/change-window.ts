import { type ChangeWindow, DAYS } from '@mcp-coordinator/contract/policies.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '../result.ts';
import type { ApprovalPolicy } from './approval-policy.ts';

/** The clock on the wall in a time zone: the day of the week (0 is Monday) and the minute of that day. */
function wallClock(now: Date, timeZone: string): { day: number; minute: number } {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]));
  // "Mon" and so on: the first three letters, in English.
  const day = (DAYS as readonly string[]).indexOf(parts.get('weekday')?.toLowerCase() ?? '');
  return { day, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
}

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** One that ends at or before the time it begins runs into the next day. Its first minute is inside, its last is not. */
function isOpen(window: ChangeWindow, now: Date): boolean {
  const { day, minute } = wallClock(now, window.timeZone);
  const [from, to] = [minuteOf(window.from), minuteOf(window.to)];
  const begins = (index: number): boolean => window.days.some((name) => DAYS.indexOf(name) === index);
  if (from < to) return begins(day) && minute >= from && minute < to;
  return (begins(day) && minute >= from) || (begins((day + 6) % DAYS.length) && minute < to);
}

const inWords = ({ days, from, to, timeZone }: ChangeWindow): string => `${days.join(', ')} ${from}–${to} ${timeZone}`;

/** Every policy that has windows must have one open. `what` is what is refused, as in "Nothing was run." */
export function insideWindows(
  policies: readonly Pick<ApprovalPolicy, 'changeWindows'>[],
  now: Date,
  what: string,
): Result<void, Refusal<'outside_change_window'>> {
  const shut = policies.find(
    ({ changeWindows }) => changeWindows.length > 0 && !changeWindows.some((window) => isOpen(window, now)),
  );
  if (!shut) return accept(undefined);
  const windows = shut.changeWindows.map(inWords).join('; ');
  return deny(
    refuse('outside_change_window', `The policy allows this only in its change windows: ${windows}. ${what}`),
  );
}
