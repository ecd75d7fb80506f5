/** Full jitter: anything between half of the step and the step, doubling from `baseMs` up to `maxMs`. */
export const backoffMs = (attempt: number, baseMs: number, maxMs: number, random: () => number): number => {
  const step = Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 30));
  return step / 2 + (random() * step) / 2;
};

/** Waits, or rejects at once when the signal is raised. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
