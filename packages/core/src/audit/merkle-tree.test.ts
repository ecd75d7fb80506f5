import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consistencyProof, verifyConsistency } from './consistency-proof.ts';
import { appendLeaf, EMPTY_FRONTIER, type Frontier, frontierRoot, isFrontier } from './frontier.ts';
import { inclusionProof, verifyInclusion } from './inclusion-proof.ts';
import { emptyRoot, type Hash, leafHash, nodeHash, splitPoint } from './merkle-hash.ts';

const sha256 = (bytes: Uint8Array): Hash => new Uint8Array(createHash('sha256').update(bytes).digest());
const hex = (hash: Hash) => Buffer.from(hash).toString('hex');

// The reference data of the Certificate Transparency implementations.
const ENTRIES = [
  ...['', '00', '10', '2021', '3031', '40414243', '5051525354555657'],
  '606162636465666768696a6b6c6d6e6f',
].map((entry) => leafHash(Buffer.from(entry, 'hex'), sha256));
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const frontierOf = (leaves: readonly Hash[]): Frontier =>
  leaves.reduce((frontier, leaf) => appendLeaf(frontier, leaf, sha256), EMPTY_FRONTIER);

/** RFC 6962 §2.1 as it stands there: the definition that everything else is held against. */
function definedRoot(leaves: readonly Hash[]): Hash {
  if (leaves.length === 0) return emptyRoot(sha256);
  if (leaves.length === 1) return leaves[0]!;
  const k = splitPoint(leaves.length);
  return nodeHash(definedRoot(leaves.slice(0, k)), definedRoot(leaves.slice(k)), sha256);
}

const flipBit = (hash: Hash, bit: number): Hash => {
  const flipped = Uint8Array.from(hash);
  flipped[bit >> 3]! ^= 1 << (bit & 7);
  return flipped;
};

const leafLists = (minLength: number) =>
  fc.array(
    fc.uint8Array({ maxLength: 4 }).map((entry) => leafHash(entry, sha256)),
    { minLength, maxLength: 70 },
  );
const bits = fc.integer({ min: 0, max: 255 });

describe('the reference tree', () => {
  it('has the published roots at every size', () => {
    expect(ROOTS.map((_, size) => hex(frontierRoot(frontierOf(ENTRIES.slice(0, size)), sha256)))).toEqual(ROOTS);
  });

  it('has the published inclusion proof of its first leaf', () => {
    expect(inclusionProof(0, ENTRIES, sha256).map(hex)).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
  });

  it('has the published consistency proofs', () => {
    expect(consistencyProof(6, ENTRIES, sha256).map(hex)).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect(consistencyProof(2, ENTRIES.slice(0, 5), sha256).map(hex)).toEqual([
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ]);
  });

  it('refuses proofs for what is not in the tree', () => {
    expect(() => inclusionProof(8, ENTRIES, sha256)).toThrow(RangeError);
    expect(() => consistencyProof(9, ENTRIES, sha256)).toThrow(RangeError);
    const [leaf] = ENTRIES as [Hash];
    expect(verifyInclusion({ leaf, index: 0, size: 0, proof: [], root: leaf }, sha256)).toBe(false);
    expect(verifyInclusion({ leaf, index: 0.5, size: 1, proof: [], root: leaf }, sha256)).toBe(false);
  });
});

describe('appending', () => {
  it('gives the root that the definition gives', () => {
    fc.assert(
      fc.property(leafLists(0), (leaves) => {
        const frontier = frontierOf(leaves);
        expect(hex(frontierRoot(frontier, sha256))).toBe(hex(definedRoot(leaves)));
        expect(isFrontier(frontier)).toBe(true);
      }),
    );
  });

  it('knows what cannot be a frontier', () => {
    const [leaf] = ENTRIES as [Hash];
    expect(isFrontier({ size: 2, nodes: [] })).toBe(false);
    expect(isFrontier({ size: 1, nodes: [leaf.slice(1)] })).toBe(false);
    expect(isFrontier({ size: -1, nodes: [] })).toBe(false);
    expect(() => appendLeaf({ size: 1, nodes: [] }, leaf, sha256)).toThrow(RangeError);
  });
});

describe('inclusion', () => {
  it('is proven for every leaf, and for none after any bit was flipped', () => {
    fc.assert(
      fc.property(leafLists(1), fc.nat(), bits, fc.nat(), (leaves, anyIndex, bit, anyStep) => {
        const index = anyIndex % leaves.length;
        const claim = {
          leaf: leaves[index]!,
          index,
          size: leaves.length,
          proof: inclusionProof(index, leaves, sha256),
          root: definedRoot(leaves),
        };
        expect(verifyInclusion(claim, sha256)).toBe(true);
        expect(verifyInclusion({ ...claim, leaf: flipBit(claim.leaf, bit) }, sha256)).toBe(false);
        expect(verifyInclusion({ ...claim, root: flipBit(claim.root, bit) }, sha256)).toBe(false);
        expect(verifyInclusion({ ...claim, proof: [...claim.proof, claim.root] }, sha256)).toBe(false);
        if (claim.proof.length === 0) return;
        const step = anyStep % claim.proof.length;
        const proof = claim.proof.map((hash, at) => (at === step ? flipBit(hash, bit) : hash));
        expect(verifyInclusion({ ...claim, proof }, sha256)).toBe(false);
        expect(verifyInclusion({ ...claim, proof: claim.proof.slice(1) }, sha256)).toBe(false);
      }),
    );
  });

  it('holds at one index only', () => {
    const leaves = Array.from({ length: 37 }, (_, n) => leafHash(Uint8Array.of(n), sha256));
    const root = definedRoot(leaves);
    for (const [index, leaf] of leaves.entries()) {
      const proof = inclusionProof(index, leaves, sha256);
      const holds = [...leaves.keys()].filter((at) =>
        verifyInclusion({ leaf, index: at, size: 37, proof, root }, sha256),
      );
      expect(holds).toEqual([index]);
    }
  });
});

describe('consistency', () => {
  it('is proven for every beginning, and for none after any bit was flipped', () => {
    fc.assert(
      fc.property(leafLists(1), fc.nat(), bits, fc.nat(), (leaves, anySize, bit, anyStep) => {
        const firstSize = anySize % (leaves.length + 1);
        const claim = {
          firstSize,
          firstRoot: definedRoot(leaves.slice(0, firstSize)),
          secondSize: leaves.length,
          secondRoot: definedRoot(leaves),
          proof: consistencyProof(firstSize, leaves, sha256),
        };
        expect(verifyConsistency(claim, sha256)).toBe(true);
        expect(verifyConsistency({ ...claim, proof: [...claim.proof, claim.secondRoot] }, sha256)).toBe(false);
        if (firstSize === 0) return;
        expect(verifyConsistency({ ...claim, firstRoot: flipBit(claim.firstRoot, bit) }, sha256)).toBe(false);
        expect(verifyConsistency({ ...claim, secondRoot: flipBit(claim.secondRoot, bit) }, sha256)).toBe(false);
        if (claim.proof.length === 0) return;
        const step = anyStep % claim.proof.length;
        const proof = claim.proof.map((hash, at) => (at === step ? flipBit(hash, bit) : hash));
        expect(verifyConsistency({ ...claim, proof }, sha256)).toBe(false);
      }),
    );
  });

  it('is refused between a tree and a larger one as its beginning', () => {
    const root = definedRoot(ENTRIES);
    expect(
      verifyConsistency({ firstSize: 9, firstRoot: root, secondSize: 8, secondRoot: root, proof: [] }, sha256),
    ).toBe(false);
  });
});
