import { useSyncExternalStore } from 'react';
import { relativeWords, utcWords } from './time-words.ts';

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all times on the page, so that they never disagree. */
const watchClock = (listener: () => void) => {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const tell of listeners) tell();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
};

/** Milliseconds since the epoch, a new value every `everySeconds`. */
export const useNow = (everySeconds = 1): number =>
  useSyncExternalStore(watchClock, () => Math.floor(now / (everySeconds * 1000)) * everySeconds * 1000);

export interface TimeProps {
  at: string;
  /** `both`: “14:02 UTC (41 min ago)”; `relative` keeps the absolute one in the title. */
  form?: 'both' | 'relative' | 'absolute';
  seconds?: boolean;
}

export function Time({ at, form = 'both', seconds = false }: TimeProps) {
  const present = useNow();
  const absolute = utcWords(at, present, seconds);
  const relative = relativeWords(at, present);
  const words = { both: `${absolute} (${relative})`, relative, absolute }[form];
  return (
    <time dateTime={at} title={`${new Date(at).toISOString()} · ${relative}`}>
      {words}
    </time>
  );
}
