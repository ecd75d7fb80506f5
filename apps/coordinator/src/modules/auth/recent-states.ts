import type { Clock } from '../../runtime.ts';
import { BoundedMap } from './bounded-map.ts';

/** CONTRACT §2: what another instance ended is over here within a second, for reads. */
const RECENT_MS = 1_000;
const KEPT_MAX = 10_000;

export interface RecentStates<State> {
  /** As the database has it now when `fresh`, else as it had it at most a second ago. */
  read(id: string, fresh: boolean): Promise<State | undefined>;
  forgetAll(): void;
}

/**
 * Reads states at most once a second each. The promise is kept, not its value: many who ask at once share one query, and
 * a query that was under way when everything was forgotten is not remembered.
 */
export function createRecentStates<State>(
  find: (id: string) => Promise<State | undefined>,
  clock: Clock,
): RecentStates<State> {
  const recent = new BoundedMap<string, { at: number; state: Promise<State | undefined> }>(KEPT_MAX);
  return {
    async read(id, fresh) {
      const now = clock().getTime();
      const known = recent.get(id);
      if (known && !fresh && now - known.at < RECENT_MS) return known.state;
      const entry = { at: now, state: find(id) };
      recent.set(id, entry);
      const drop = (): void => {
        if (recent.get(id) === entry) recent.delete(id);
      };
      try {
        const state = await entry.state;
        if (state === undefined) drop();
        return state;
      } catch (error) {
        drop();
        throw error;
      }
    },
    forgetAll: () => recent.clear(),
  };
}
