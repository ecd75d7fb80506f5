import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planWaves } from './waves.ts';

const machines = (count: number): string[] => Array.from({ length: count }, (_, index) => `m${index}`);

it.each([
  ['one, a tenth, the rest', 30, [{ machines: 1 }, { percent: 10 }], [1, 3, 26]],
  ['all at once where no sizes are given', 4, [], [4]],
  ['never a part of a machine', 3, [{ percent: 1 }], [1, 2]],
  ['no empty wave when there are too few', 2, [{ machines: 1 }, { percent: 10 }, { machines: 5 }], [1, 1]],
  ['nothing for nobody', 0, [{ machines: 1 }], []],
])('%s', (_, count, sizes, expected) => {
  expect(planWaves(machines(count), sizes).map((wave) => wave.length)).toEqual(expected);
});

it('gives every machine one turn, in order', () => {
  const size = fc.oneof(
    fc.record({ machines: fc.integer({ min: 1, max: 50 }) }),
    fc.record({ percent: fc.double({ min: 0.1, max: 100, noNaN: true }) }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 300 }), fc.array(size, { maxLength: 10 }), (count, sizes) => {
      const waves = planWaves(machines(count), sizes);
      expect(waves.flat()).toEqual(machines(count));
      expect(waves.every((wave) => wave.length > 0)).toBe(true);
    }),
  );
});
