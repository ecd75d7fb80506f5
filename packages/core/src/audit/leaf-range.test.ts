import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consistencyRanges } from './consistency-proof.ts';
import { EMPTY_FRONTIER, growTree, type Subtree } from './frontier.ts';
import { inclusionRanges } from './inclusion-proof.ts';
import {
  frontierRanges,
  KEPT_EVERY,
  keptParts,
  type LeafRange,
  rangeRoot,
  restRanges,
  rootOfParts,
} from './leaf-range.ts';
import type { Hash } from './merkle-hash.ts';

const sha256 = (bytes: Uint8Array): Hash => new Uint8Array(createHash('sha256').update(bytes).digest());
const SIZE_MAX = 70_000;
const leaves = Array.from({ length: SIZE_MAX }, (_, index) => sha256(Buffer.from(String(index))));
const kept = new Map<string, Hash>();
const grower = growTree(EMPTY_FRONTIER, sha256, ({ height, position, hash }: Subtree) => {
  if (height % KEPT_EVERY === 0) kept.set(`${height} ${position}`, hash);
});
for (const leaf of leaves) grower.append(leaf);

const rootFromKept = (range: LeafRange): Hash =>
  rootOfParts(
    keptParts(range).map(({ height, position }) => ({
      height,
      hash: (height === 0 ? leaves[position] : kept.get(`${height} ${position}`)) ?? new Uint8Array(),
    })),
    sha256,
  );

const size = fc.integer({ min: 1, max: SIZE_MAX });

describe('what is kept of a tree', () => {
  it('is one hash in 256, and in 65,536', () => {
    expect(kept.size).toBe(Math.floor(SIZE_MAX / 256) + Math.floor(SIZE_MAX / 65_536));
  });

  it('gives the roots of every subtree that a proof asks for, from few hashes', () => {
    fc.assert(
      fc.property(size, fc.nat(), fc.nat(), (of, anyIndex, anyFirst) => {
        for (const range of [...inclusionRanges(anyIndex % of, of), ...consistencyRanges(anyFirst % (of + 1), of)]) {
          expect(rootFromKept(range)).toEqual(rangeRoot(leaves, range, sha256));
          expect(keptParts(range).length).toBeLessThan(3 * 2 ** KEPT_EVERY);
        }
      }),
      { numRuns: 5 },
    );
  });

  it('gives what lies left and right of a place', () => {
    fc.assert(
      fc.property(size, fc.nat(), (of, anyPlace) => {
        const place = anyPlace % (of + 1);
        const left = frontierRanges(place);
        const right = restRanges(place, of);
        expect([...left, ...right].reduce((at, { start, end }) => (start === at ? end : -1), 0)).toBe(of);
        const frontier = growTree(EMPTY_FRONTIER, sha256);
        for (const leaf of leaves.slice(0, place)) frontier.append(leaf);
        expect(left.map(rootFromKept)).toEqual(frontier.frontier().nodes);
      }),
      { numRuns: 3 },
    );
  });
});
