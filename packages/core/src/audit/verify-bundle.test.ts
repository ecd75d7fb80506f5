import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashDetails, leafText } from './audit-leaf.ts';
import { BUNDLE_END, BUNDLE_KIND } from './bundle.ts';
import { checkpointText } from './checkpoint.ts';
import { inclusionProof } from './inclusion-proof.ts';
import { frontierRanges, rangeRoot, restRanges } from './leaf-range.ts';
import { type Hash, leafHash } from './merkle-hash.ts';
import { type NoteKey, parseNote, signNote, verifierKey } from './signed-note.ts';
import { type BundleTrust, verifyBundle } from './verify-bundle.ts';

const sha256 = (bytes: Uint8Array): Hash => new Uint8Array(createHash('sha256').update(bytes).digest());
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const platform = {
  sha256,
  encode: (text: string) => new Uint8Array(Buffer.from(text)),
  verify: (message: Uint8Array, publicKey: Uint8Array, signature: Uint8Array) =>
    verify(
      null,
      message,
      createPublicKey({
        key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') },
        format: 'jwk',
      }),
      signature,
    ),
};
const makeKey = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key: NoteKey = {
    name: 'log',
    publicKey: Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'),
  };
  return { key, sign: (text: string) => new Uint8Array(sign(null, Buffer.from(text), privateKey)) };
};
const log = makeKey();

const records = Array.from({ length: 23 }, (_, n) => {
  const details = { n, note: 'routine' };
  const header = { id: `audit_${n}`, timestamp: '2026-01-01T00:00:00.000Z', actor: 'alice', action: 'user_updated' };
  const detailsHash = hashDetails(`salt_${n}`, details, (text) => hex(sha256(Buffer.from(text))));
  const leaf = leafText({ ...header, target: 'bob', result: 'success', requestId: null, detailsHash });
  return { leafIndex: n, leaf, salt: `salt_${n}` as string | null, details };
});
const leaves = records.map(({ leaf }) => leafHash(Buffer.from(leaf), sha256));
const rootOf = (size: number) => rangeRoot(leaves, { start: 0, end: size }, sha256);
const noteOf = (size: number, by = log, root = rootOf(size)) =>
  signNote(checkpointText({ origin: 'log', size, root }), by.key, by.sign, sha256);
const roots = (ranges: { start: number; end: number }[]) =>
  ranges.map((range) => hex(rangeRoot(leaves, range, sha256)));

function bundle(first: number, end: number, size = 23): string[] {
  const head = {
    ...{ kind: BUNDLE_KIND, version: 1, complete: true, first, end },
    ...{ left: roots(frontierRanges(first)), right: roots(restRanges(end, size)) },
    ...{ checkpoint: noteOf(size), verifierKey: verifierKey(log.key, sha256) },
  };
  const lines = records.slice(first, end).map((record) => JSON.stringify(record));
  return [JSON.stringify(head), ...lines, JSON.stringify({ kind: BUNDLE_END, count: end - first })];
}
async function* feed(lines: string[]) {
  yield* lines;
}
const check = (lines: string[], trust: Partial<BundleTrust> = {}) =>
  verifyBundle(feed(lines), { keys: [log.key], ...trust }, platform);
const problems = async (lines: string[], trust: Partial<BundleTrust> = {}) => (await check(lines, trust)).problems;
const at = (leafIndex: number | null, problem: string) => ({ leafIndex, problem: expect.stringContaining(problem) });
const edit = (line: string, change: (record: (typeof records)[number]) => object) =>
  JSON.stringify(change(JSON.parse(line)));

describe('a bundle', () => {
  it('verifies from any place to any other', async () => {
    for (const [first, end] of [
      [0, 23],
      [0, 7],
      [5, 23],
      [8, 16],
      [9, 10],
      [0, 0],
      [23, 23],
    ] as const) {
      expect(await check(bundle(first, end))).toMatchObject({ valid: true, problems: [], records: end - first });
    }
  });

  it('verifies after a payload was erased, and counts it', async () => {
    const lines = bundle(0, 23);
    lines[4] = edit(lines[4]!, (record) => ({ ...record, salt: null, details: null }));
    expect(await check(lines)).toMatchObject({ valid: true, erased: 1 });
  });

  it('says what it cannot show', async () => {
    expect((await check(bundle(0, 23), { keys: [] })).unknown).toHaveLength(2);
    expect((await check(bundle(0, 23), { kept: parseNote(noteOf(9))! })).unknown).toEqual([]);
    expect((await check(bundle(10, 23), { kept: parseNote(noteOf(9))! })).unknown).toHaveLength(1);
  });

  it.each([
    [
      'an edited payload',
      (lines: string[]) =>
        lines.with(
          4,
          edit(lines[4]!, (r) => ({ ...r, details: { n: 99 } })),
        ),
      [at(3, 'details were edited')],
    ],
    [
      'an edited header',
      (lines: string[]) =>
        lines.with(
          4,
          edit(lines[4]!, (r) => ({ ...r, leaf: r.leaf.replace('alice', 'mallory') })),
        ),
      [at(null, 'do not give the root')],
    ],
    ['a deleted record', (lines: string[]) => lines.toSpliced(4, 1), [at(3, 'is missing'), at(null, 'speaks of')]],
    [
      'an inserted record',
      (lines: string[]) => lines.toSpliced(4, 0, lines[3]!),
      [at(2, 'out of order'), at(null, 'speaks of')],
    ],
    [
      'swapped records',
      (lines: string[]) => lines.with(4, lines[7]!).with(7, lines[4]!),
      [at(3, 'up to 5 are missing'), at(4, 'out of order'), at(5, 'out of order'), at(3, 'out of order')],
    ],
    ['a cut end', (lines: string[]) => lines.slice(0, -3), [at(null, 'cut off'), at(21, 'up to 22 are missing')]],
    [
      'nonsense',
      (lines: string[]) => lines.with(4, '{'),
      [at(3, 'neither a record'), at(3, 'is missing'), at(null, 'speaks of')],
    ],
    ['lines after the end', (lines: string[]) => [...lines, lines[3]!], [at(null, 'after the end')]],
    ['no head', (lines: string[]) => lines.slice(1), [at(null, 'not the head')]],
  ])('shows %s', async (_, change, expected) => {
    const found = await problems(change(bundle(0, 23)));
    expect(found).toEqual(expect.arrayContaining(expected));
  });

  it('shows a forged checkpoint, and another key', async () => {
    const head = JSON.parse(bundle(0, 23)[0]!);
    const forged = [JSON.stringify({ ...head, checkpoint: noteOf(23, log, rootOf(22)) }), ...bundle(0, 23).slice(1)];
    expect(await problems(forged)).toEqual([at(null, 'do not give the root')]);
    expect(await problems(bundle(0, 23), { keys: [makeKey().key] })).toEqual([at(null, 'not of the key')]);
  });

  it('shows a history that is shorter or other than a checkpoint kept elsewhere', async () => {
    expect(await problems(bundle(0, 20, 20), { kept: parseNote(noteOf(23))! })).toEqual([
      at(20, 'cut off, or an old copy'),
    ]);
    const other = noteOf(9, log, rootOf(8));
    expect(await problems(bundle(0, 23), { kept: parseNote(other)! })).toEqual([at(null, 'history was rewritten')]);
    expect(await problems(bundle(9, 23), { kept: parseNote(other)! })).toEqual([at(null, 'history was rewritten')]);
    expect(await problems(bundle(0, 23), { kept: parseNote(noteOf(9, makeKey()))! })).toEqual([
      at(null, 'not signed by the key'),
    ]);
  });

  it('is held against the one before', async () => {
    const before = { end: 9, root: hex(rootOf(9)) };
    expect(await problems(bundle(9, 23), { before })).toEqual([]);
    expect(await problems(bundle(9, 23), { before: { end: 9, root: hex(rootOf(8)) } })).toEqual([
      at(9, 'not what the bundle before'),
    ]);
    expect(await problems(bundle(10, 23), { before })).toEqual([at(10, 'in between'.slice(3))]);
  });
});

describe('a bundle of chosen records', () => {
  const chosen = [2, 11, 22];
  const lines = (): string[] => {
    const head = { ...JSON.parse(bundle(0, 23)[0]!), complete: false, left: [], right: [] };
    const body = chosen.map((n) => ({ ...records[n], proof: inclusionProof(n, leaves, sha256).map(hex) }));
    return [head, ...body, { kind: BUNDLE_END, count: 3 }].map((line) => JSON.stringify(line));
  };

  it('proves each of them', async () => {
    expect(await check(lines())).toMatchObject({ valid: true, records: 3 });
  });

  it('shows the one that is not in the tree', async () => {
    const edited = lines().with(
      2,
      edit(lines()[2]!, (r) => ({ ...r, leaf: r.leaf.replace('alice', 'mallory') })),
    );
    expect(await problems(edited)).toEqual([at(11, 'do not give the root')]);
  });
});
