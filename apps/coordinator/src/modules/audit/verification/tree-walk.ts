import {
  EMPTY_FRONTIER,
  frontierRoot,
  growTree,
  type Subtree,
  type TreeGrower,
} from '@mcp-coordinator/core/audit/frontier';
import { equalHashes, type Hash } from '@mcp-coordinator/core/audit/merkle-hash';
import type { CheckpointSigner, OpenedCheckpoint } from '../checkpoint-signing.ts';
import { hex, sha256 } from '../merkle-bytes.ts';
import { type CheckpointRow, frontierFits } from '../tree.store.ts';

export type Report = (leafIndex: number | null, recordId: string | null, problem: string) => void;

/**
 * Rebuilds the tree leaf by leaf and holds it against every checkpoint on the way, so that a forged leaf is named by the
 * checkpoint that first disagrees. After a disagreement it goes on from what was signed, to find the next one.
 */
export class TreeWalk {
  readonly #checkpoints: AsyncIterator<CheckpointRow>;
  readonly #signer: CheckpointSigner;
  readonly #report: Report;
  /** Of the leaves as they are; nothing where what is before the first one is not known. */
  #whole: TreeGrower | undefined;
  /** Of what was signed last, and the leaves since; nothing where a leaf is missing in between. */
  #sinceSigned: TreeGrower | undefined;
  #signedSize: number;
  #next: number;
  #lastRecordId: string | null = null;
  /** Told of each subtree of the leaves as they are. */
  readonly #onSubtree: ((subtree: Subtree) => void) | undefined;
  #upcoming: CheckpointRow | undefined;
  #keyAge = Number.POSITIVE_INFINITY;

  /** From the first leaf, or from a checkpoint on: what is before it was archived, or is not asked for. */
  constructor(
    checkpoints: AsyncIterator<CheckpointRow>,
    signer: CheckpointSigner,
    report: Report,
    { start, onSubtree }: { start?: CheckpointRow | undefined; onSubtree?: (subtree: Subtree) => void } = {},
  ) {
    this.#onSubtree = onSubtree;
    this.#checkpoints = checkpoints;
    this.#signer = signer;
    this.#report = report;
    this.#signedSize = start?.size ?? 0;
    this.#next = this.#signedSize;
    this.#whole = this.#growFrom(start);
    this.#sinceSigned = this.#whole;
  }

  #growFrom(start: CheckpointRow | undefined): TreeGrower | undefined {
    if (start === undefined) return growTree(EMPTY_FRONTIER, sha256, this.#onSubtree);
    const signed = this.#open(start);
    return signed && frontierFits(start.frontier, signed.root)
      ? growTree(start.frontier, sha256, this.#onSubtree)
      : undefined;
  }

  async begin(): Promise<void> {
    await this.#readCheckpoint();
  }

  /** The leaf at an index; those before it that did not come are missing. */
  async add(index: number, recordId: string, hash: Hash): Promise<void> {
    if (index !== this.#next) await this.#reach(index);
    this.#whole?.append(hash);
    if (this.#sinceSigned !== this.#whole) this.#sinceSigned?.append(hash);
    this.#lastRecordId = recordId;
    this.#next = index + 1;
    if (this.#upcoming !== undefined && this.#upcoming.size <= this.#next) await this.#passCheckpoints(this.#next);
  }

  /** The end of the log; answers the root over all leaves that are there. */
  async end(size: number): Promise<Hash | undefined> {
    await this.#reach(size);
    return this.#whole && frontierRoot(this.#whole.frontier(), sha256);
  }

  async #reach(index: number): Promise<void> {
    if (index > this.#next) {
      const last = index - 1;
      const which = last === this.#next ? `Leaf ${last} is` : `Leaves ${this.#next}–${last} are`;
      this.#report(this.#next, null, `${which} missing: deleted from the tree after being signed.`);
      this.#forget();
      this.#next = index;
    }
    await this.#passCheckpoints(index);
    if (this.#sinceSigned?.frontier().size !== index) this.#forget();
  }

  /** The leaves as they are go on by themselves. */
  #forget(): void {
    if (this.#sinceSigned === this.#whole && this.#whole)
      this.#whole = growTree(this.#whole.frontier(), sha256, this.#onSubtree);
    this.#sinceSigned = undefined;
  }

  async #passCheckpoints(size: number): Promise<void> {
    while (this.#upcoming !== undefined && this.#upcoming.size <= size) {
      this.#pass(this.#upcoming);
      await this.#readCheckpoint();
    }
  }

  async #readCheckpoint(): Promise<void> {
    const read = await this.#checkpoints.next();
    this.#upcoming = read.done === true ? undefined : read.value;
  }

  /** The checkpoint as it was signed; what is wrong with its signature is reported. */
  #open({ size, note }: CheckpointRow): OpenedCheckpoint | undefined {
    const signed = this.#signer.open(note);
    if (signed?.size !== size) {
      this.#report(null, null, `The signature of the checkpoint of size ${size} is not of this log's key.`);
      return undefined;
    }
    if (signed.keyAge > this.#keyAge) {
      this.#report(null, null, `The checkpoint of size ${size} bears a former key, after the key had been changed.`);
      return undefined;
    }
    this.#keyAge = signed.keyAge;
    return signed;
  }

  #pass(row: CheckpointRow): void {
    const { size, rootHash, frontier } = row;
    const signed = this.#open(row);
    if (signed === undefined) return;
    if (hex(signed.root) !== rootHash)
      this.#report(null, null, `The root hash kept beside the checkpoint of size ${size} was edited.`);
    const fits = frontierFits(frontier, signed.root);
    if (!fits) this.#report(null, null, `The frontier kept beside the checkpoint of size ${size} was edited.`);
    const first = this.#signedSize;
    const known = this.#sinceSigned?.frontier();
    this.#signedSize = size;
    if (known?.size === size && equalHashes(frontierRoot(known, sha256), signed.root)) return;
    // Of another size it lacks leaves, which were reported as missing.
    if (known?.size === size) this.#reportRange(first, size);
    this.#forget();
    this.#sinceSigned = fits ? growTree(frontier, sha256) : undefined;
  }

  #reportRange(first: number, size: number): void {
    const single = size - first === 1;
    const which = single ? `Leaf ${first} is not the one` : `One of the leaves ${first}–${size - 1} is not among those`;
    const problem = `${which} that the checkpoint of size ${size} signed: it was rewritten together with its record.`;
    this.#report(first, single ? this.#lastRecordId : null, problem);
  }
}
