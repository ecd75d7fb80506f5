/** What is known of an alert when somebody might be told of it. Times are milliseconds since the epoch. */
export interface NoticeSituation {
  readonly state: 'firing' | 'resolved';
  readonly acknowledged: boolean;
  readonly silenced: boolean;
  /** What was told last, and when; null while nothing was. */
  readonly told: { readonly state: 'firing' | 'resolved'; readonly at: number } | null;
}

export type Notice = 'fired' | 'repeated' | 'resolved';

/**
 * Whether somebody is told now. Each alert is told of once when it fires, or when the silence over it ends; again after
 * `repeatMs` while nobody looks after it; and once more when it is over, if it was ever told. That it is over is told in a
 * silence too: whoever was called out must hear it.
 */
export function decideNotice(alert: NoticeSituation, repeatMs: number | null, now: number): Notice | null {
  if (alert.state === 'resolved') return alert.told?.state === 'firing' ? 'resolved' : null;
  if (alert.silenced) return null;
  if (alert.told === null) return 'fired';
  if (alert.acknowledged || repeatMs === null) return null;
  return now - alert.told.at >= repeatMs ? 'repeated' : null;
}

const ATTEMPTS_MAX = 9;
const FIRST_PAUSE_MS = 10_000;

/** Milliseconds until a delivery is tried again after so many failures, doubling from 10 s to some 21 min; null to give up. */
export const retryPause = (failures: number): number | null =>
  failures >= ATTEMPTS_MAX ? null : FIRST_PAUSE_MS * 2 ** (failures - 1);
