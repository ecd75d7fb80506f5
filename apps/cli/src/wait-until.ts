import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 500;

/** Looks until there is something to see, or the person ends it. */
export async function waitUntil<Value>(look: () => Promise<Value | undefined>, signal: AbortSignal): Promise<Value> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await pause(LOOK_EVERY_MS, undefined, { signal });
  }
}
