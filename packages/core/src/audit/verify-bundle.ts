import { hashDetails } from './audit-leaf.ts';
import { type BundleHead, type BundleLeaf, parseBundleHead, parseBundleLine } from './bundle.ts';
import { type Checkpoint, parseCheckpointText } from './checkpoint.ts';
import { type Frontier, frontierRoot, growTree, isFrontier, type TreeGrower } from './frontier.ts';
import { fromHex, toHex } from './hex.ts';
import { verifyInclusion } from './inclusion-proof.ts';
import { frontierRanges, restRanges } from './leaf-range.ts';
import { equalHashes, type Hash, leafHash, nodeHash, type Sha256 } from './merkle-hash.ts';
import { isSignedBy, type NoteKey, parseNote, type SignedNote, type VerifyEd25519 } from './signed-note.ts';

export interface BundlePlatform {
  readonly sha256: Sha256;
  readonly encode: (text: string) => Uint8Array;
  readonly verify: VerifyEd25519;
}

export interface BundleTrust {
  /** The log's keys, brought from elsewhere. With none the signature is checked against nothing, which is said. */
  readonly keys: readonly NoteKey[];
  /** A checkpoint of this log that was kept elsewhere. */
  readonly kept?: SignedNote | undefined;
  /** The end and root of the bundle before this one. */
  /** Another bundle goes on after this one: what was kept may lie there. */
  readonly continued?: boolean;
  readonly before?: { readonly end: number; readonly root: string } | undefined;
}

export interface BundleProblem {
  readonly leafIndex: number | null;
  readonly problem: string;
}
export interface BundleReport {
  readonly valid: boolean;
  readonly first: number;
  readonly end: number;
  readonly records: number;
  readonly erased: number;
  readonly size: number;
  readonly rootHash: string | null;
  readonly problems: readonly BundleProblem[];
  /** What this bundle cannot show, each with what would. */
  readonly unknown: readonly string[];
}

const PROBLEMS_MAX = 100;

/** Verifies a bundle line by line, in memory that does not grow with it. */
export async function verifyBundle(
  lines: AsyncIterable<string>,
  trust: BundleTrust,
  platform: BundlePlatform,
): Promise<BundleReport> {
  const source = lines[Symbol.asyncIterator]();
  const first = await source.next();
  const head = parseBundleHead(first.done === true ? '' : first.value);
  if (head === undefined) return nothing('The first line is not the head of an audit bundle.');
  const check = new BundleCheck(head, trust, platform);
  for (let next = await source.next(); next.done !== true; next = await source.next()) check.take(next.value);
  return check.end();
}

const nothing = (problem: string): BundleReport => ({
  ...{ valid: false, first: 0, end: 0, records: 0, erased: 0, size: 0, rootHash: null },
  problems: [{ leafIndex: null, problem }],
  unknown: [],
});

class BundleCheck {
  readonly #head: BundleHead;
  readonly #trust: BundleTrust;
  readonly #platform: BundlePlatform;
  readonly #checkpoint: Checkpoint | undefined;
  readonly #kept: Checkpoint | undefined;
  readonly #tree: TreeGrower | undefined;
  readonly #problems: BundleProblem[] = [];
  readonly #unknown: string[] = [];
  #next: number;
  #records = 0;
  #erased = 0;
  #ended = false;
  /** Once a leaf is missing or foreign the root cannot fit, and one problem says enough. */
  #broken = false;

  constructor(head: BundleHead, trust: BundleTrust, platform: BundlePlatform) {
    this.#head = head;
    this.#trust = trust;
    this.#platform = platform;
    this.#next = head.first;
    const note = parseNote(head.checkpoint);
    this.#checkpoint = note && parseCheckpointText(note.text);
    this.#kept = trust.kept && parseCheckpointText(trust.kept.text);
    this.#checkSignatures(note);
    const left: Frontier = { size: head.first, nodes: head.left.map(fromHex) };
    const usable = !head.complete || isFrontier(left);
    if (!usable) this.#report(null, 'The roots of what lies before the first record do not fit its place.');
    else if (head.complete) this.#tree = growTree(left, platform.sha256);
    this.#checkBefore(left);
    this.#checkKept();
  }

  take(line: string): void {
    if (line === '') return;
    const parsed = parseBundleLine(line);
    if (parsed === undefined) {
      this.#broken = true;
      this.#report(this.#next, 'The line is neither a record nor the end of the bundle.');
      return;
    }
    if (this.#ended) {
      this.#report(null, 'There are lines after the end.');
      return;
    }
    if ('leafIndex' in parsed) {
      this.#leaf(parsed);
      return;
    }
    this.#ended = true;
    if (parsed.count !== this.#records)
      this.#report(null, `The end speaks of ${parsed.count} records; there are ${this.#records}.`);
  }

  end(): BundleReport {
    const { first, end, complete } = this.#head;
    if (!this.#ended) this.#report(null, 'The end is missing: the bundle was cut off.');
    if (complete && this.#next < end) this.#missing(end);
    const root = this.#checkRoot();
    return {
      valid: this.#problems.length === 0,
      first,
      end,
      records: this.#records,
      erased: this.#erased,
      size: this.#checkpoint?.size ?? 0,
      rootHash: root ? toHex(root) : null,
      problems: this.#problems,
      unknown: this.#unknown,
    };
  }

  #report(leafIndex: number | null, problem: string): void {
    if (this.#problems.length < PROBLEMS_MAX) this.#problems.push({ leafIndex, problem });
  }

  #checkSignatures(note: SignedNote | undefined): void {
    const { keys, kept } = this.#trust;
    const { sha256, verify } = this.#platform;
    // By the public key alone: the same key keeps its older notes when the log's name changes.
    const isTrusted = (signed: SignedNote) =>
      signed.signatures.some(({ name }) => keys.some((key) => isSignedBy(signed, { ...key, name }, sha256, verify)));
    if (!note || !this.#checkpoint) this.#report(null, 'The checkpoint cannot be read.');
    else if (keys.length === 0)
      this.#unknown.push('Who signed the checkpoint: give the key of the log, from a place you trust.');
    else if (!isTrusted(note)) this.#report(null, 'The signature of the checkpoint is not of the key that was given.');
    if (!kept)
      this.#unknown.push('Whether history was rewritten as a whole: give a checkpoint that was kept elsewhere.');
    else if (!this.#kept) this.#report(null, 'The checkpoint that was kept elsewhere cannot be read.');
    else if (keys.length > 0 && !isTrusted(kept))
      this.#report(null, 'The checkpoint that was kept elsewhere is not signed by the key that was given.');
  }

  #checkBefore(left: Frontier): void {
    const { before } = this.#trust;
    if (before === undefined) return;
    if (before.end !== left.size) {
      this.#report(left.size, `The bundle before ends at ${before.end}; what lies between is missing.`);
      return;
    }
    if (toHex(frontierRoot(left, this.#platform.sha256)) !== before.root)
      this.#report(left.size, 'What lies before the first record is not what the bundle before holds.');
  }

  #checkKept(): void {
    const [kept, present] = [this.#kept, this.#checkpoint];
    if (kept === undefined || present === undefined) return;
    if (kept.origin !== present.origin) {
      this.#report(null, 'The checkpoint that was kept is of another log, or of this one before it was restored.');
      return;
    }
    if (kept.size > present.size && this.#trust.continued !== true) {
      this.#report(
        present.size,
        `The log had ${kept.size} records when the checkpoint was kept, and has ${present.size}: its end was cut off, or an old copy put back.`,
      );
      return;
    }
    if (kept.size === present.size) {
      if (!equalHashes(kept.root, present.root)) this.#report(null, REWRITTEN);
    } else if (!this.#head.complete || kept.size < this.#head.first || kept.size > this.#head.end)
      this.#unknown.push(
        `Whether the log still begins as at the kept checkpoint of size ${kept.size}: it lies outside of this bundle.`,
      );
    this.#passKept();
  }

  #leaf(record: BundleLeaf): void {
    this.#records += 1;
    if (record.salt === null) this.#erased += 1;
    for (const problem of this.#checkText(record)) this.#report(record.leafIndex, problem);
    const hash = leafHash(this.#platform.encode(record.leaf), this.#platform.sha256);
    if (!this.#head.complete) {
      this.#checkInclusion(record, hash);
      return;
    }
    if (record.leafIndex > this.#next) this.#missing(record.leafIndex);
    if (record.leafIndex < this.#next) {
      this.#broken = true;
      this.#report(record.leafIndex, 'The record stands out of order: it was swapped, inserted or repeated.');
      return;
    }
    this.#tree?.append(hash);
    this.#next = record.leafIndex + 1;
    this.#passKept();
  }

  #missing(before: number): void {
    this.#report(
      this.#next,
      before - this.#next === 1 ? 'The record is missing.' : `Records up to ${before - 1} are missing.`,
    );
    this.#next = before;
    this.#broken = true;
  }

  /** The record against its own leaf text. */
  #checkText({ leaf, salt, details }: BundleLeaf): string[] {
    const header = readHeader(leaf);
    if (header === undefined) return ['The leaf text cannot be read.'];
    if (salt === null || details === null) return [];
    const { sha256, encode } = this.#platform;
    const hash = hashDetails(salt, details, (text) => toHex(sha256(encode(text))));
    return hash === header['detailsHash'] ? [] : ['The details were edited.'];
  }

  #checkInclusion({ leafIndex, proof = [] }: BundleLeaf, leaf: Hash): void {
    if (this.#checkpoint === undefined) return;
    const { size, root } = this.#checkpoint;
    const claim = { leaf, index: leafIndex, size, proof: proof.map(fromHex), root };
    if (!verifyInclusion(claim, this.#platform.sha256))
      this.#report(leafIndex, 'The record and its proof do not give the root of the checkpoint.');
  }

  /** Where the walk passes the size of the kept checkpoint, its root must be the same. */
  #passKept(): void {
    if (this.#kept === undefined || this.#broken || this.#tree === undefined || this.#next !== this.#kept.size) return;
    const root = frontierRoot(this.#tree.frontier(), this.#platform.sha256);
    if (!equalHashes(root, this.#kept.root)) this.#report(null, REWRITTEN);
  }

  #checkRoot(): Hash | undefined {
    if (this.#checkpoint === undefined) return undefined;
    const { size, root } = this.#checkpoint;
    if (!this.#head.complete || this.#broken || this.#tree === undefined) return root;
    const { sha256 } = this.#platform;
    const right = restRanges(this.#next, size);
    if (this.#next > size || right.length !== this.#head.right.length) {
      this.#report(null, 'The roots of what lies after the last record do not fit the size of the checkpoint.');
      return root;
    }
    const whole = joinRight(this.#tree.frontier(), right, this.#head.right.map(fromHex), sha256);
    if (!equalHashes(whole, root))
      this.#report(null, 'The records do not give the root of the checkpoint: one was rewritten, or put in.');
    return root;
  }
}

const REWRITTEN = 'The records up to the kept checkpoint are not those that it signed: history was rewritten.';

/** The root of a frontier with the subtrees to the right of it. */
function joinRight(
  frontier: Frontier,
  ranges: readonly { start: number; end: number }[],
  hashes: readonly Hash[],
  sha256: Sha256,
): Hash {
  const nodes = frontierRanges(frontier.size).map(({ start, end }, at) => ({
    width: end - start,
    hash: frontier.nodes[at] ?? new Uint8Array(),
  }));
  for (const [at, { start, end }] of ranges.entries()) {
    let node = { width: end - start, hash: hashes[at] ?? new Uint8Array() };
    for (let left = nodes.at(-1); left?.width === node.width; left = nodes.at(-1)) {
      nodes.pop();
      node = { width: node.width * 2, hash: nodeHash(left.hash, node.hash, sha256) };
    }
    nodes.push(node);
  }
  return frontierRoot({ nodes: nodes.map(({ hash }) => hash) }, sha256);
}

function readHeader(leaf: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(leaf);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : undefined;
  } catch {
    // As above: a wrong text is a finding.
    return undefined;
  }
}
