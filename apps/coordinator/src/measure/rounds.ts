/** How often the work got done in a second, by this many callers at once, for about this long. */
export async function ratePerSecond(
  callers: number,
  forMs: number,
  work: (caller: number) => Promise<unknown>,
): Promise<number> {
  const started = performance.now();
  const end = started + forMs;
  let done = 0;
  const call = async (caller: number): Promise<void> => {
    while (performance.now() < end) {
      await work(caller);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)));
  return (done * 1_000) / (performance.now() - started);
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

/** Milliseconds of each of so many runs, one after the other. */
export async function timesOf(runs: number, work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return times;
}

/**
 * Two ways in turns, so that what else the machine does falls on both: the median of the ratios of neighbouring rounds, and
 * the median rate of each.
 */
export async function inTurns(
  rounds: number,
  one: () => Promise<number>,
  other: () => Promise<number>,
): Promise<{ one: number; other: number; ratio: number }> {
  const pairs: { one: number; other: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // Who is first changes, since the first of a pair may find warmer caches or colder ones.
    if (round % 2 === 0) pairs.push({ one: await one(), other: await other() });
    else {
      const second = await other();
      pairs.push({ one: await one(), other: second });
    }
  }
  return {
    one: median(pairs.map((pair) => pair.one)),
    other: median(pairs.map((pair) => pair.other)),
    ratio: median(pairs.map((pair) => pair.one / pair.other)),
  };
}
