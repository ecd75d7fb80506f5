import type { AlertSeverity } from '@mcp-coordinator/contract/monitoring.contract';

/** Times are milliseconds since the epoch; a null field fits everything. */
export interface SilencePeriod {
  readonly severity: AlertSeverity | null;
  /** The one spelling of a condition. */
  readonly condition: string | null;
  readonly server: string | null;
  readonly startsAt: number;
  /** Not included. */
  readonly endsAt: number;
}

interface Subject {
  readonly severity: AlertSeverity;
  readonly condition: string;
  readonly server: string | null;
}

/** Until when an alert is told to nobody: the last end of the silences that fit it and are active; null when none does. */
export function silencedUntil(alert: Subject, silences: readonly SilencePeriod[], now: number): number | null {
  const ends = silences.filter((silence) => isActive(silence, now) && fits(silence, alert)).map(({ endsAt }) => endsAt);
  return ends.length === 0 ? null : Math.max(...ends);
}

const isActive = ({ startsAt, endsAt }: SilencePeriod, now: number): boolean => startsAt <= now && now < endsAt;

const fits = (silence: SilencePeriod, alert: Subject): boolean =>
  (['severity', 'condition', 'server'] as const).every(
    (field) => silence[field] === null || silence[field] === alert[field],
  );
