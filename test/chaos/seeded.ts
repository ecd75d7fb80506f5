/** The same numbers for the same seed (mulberry32). */
export interface Chance {
  /** In [0, 1). */
  fraction(): number;
  below(end: number): number;
  oneOf<Value>(values: readonly Value[]): Value;
}

export function seeded(seed: number): Chance {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(fraction() * end);
  return {
    ...{ fraction, below },
    oneOf: (values) => {
      const value = values[below(values.length)];
      if (value === undefined) throw new Error('one of nothing');
      return value;
    },
  };
}
