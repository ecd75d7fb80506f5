import { appendLeaf, EMPTY_FRONTIER, type Frontier, frontierRoot } from '@mcp-coordinator/core/audit/frontier';
import { equalHashes, type Hash } from '@mcp-coordinator/core/audit/merkle-hash';
import type { CheckpointSigner } from './checkpoint-signing.ts';
import { hex, sha256 } from './merkle-bytes.ts';
import { type CheckpointRow, frontierFits } from './tree.store.ts';

export type Report = (leafIndex: number | null, recordId: string | null, problem: string) => void;

/**
 * Rebuilds the tree leaf by leaf and holds it against every checkpoint on the way, so that a forged leaf is named by the
 * checkpoint that first disagrees. After a disagreement it goes on from what was signed, to find the next one.
 */
export class TreeWalk {
  readonly #checkpoints: AsyncIterator<CheckpointRow>;
  readonly #signer: CheckpointSigner;
  readonly #report: Report;
  /** Of the leaves as they are. */
  #whole: Frontier = EMPTY_FRONTIER;
  /** Of what was signed last, and the leaves since; nothing where a leaf is missing in between. */
  #sinceSigned: Frontier | undefined = EMPTY_FRONTIER;
  #signedSize = 0;
  #next = 0;
  #lastRecordId: string | null = null;
  #upcoming: CheckpointRow | undefined;

  constructor(checkpoints: AsyncIterator<CheckpointRow>, signer: CheckpointSigner, report: Report) {
    this.#checkpoints = checkpoints;
    this.#signer = signer;
    this.#report = report;
  }

  async begin(): Promise<void> {
    await this.#readCheckpoint();
  }

  /** The leaf at an index; those before it that did not come are missing. */
  async add(index: number, recordId: string, hash: Hash): Promise<void> {
    await this.#reach(index);
    const shared = this.#whole === this.#sinceSigned;
    this.#whole = appendLeaf(this.#whole, hash, sha256);
    if (shared) this.#sinceSigned = this.#whole;
    else this.#sinceSigned &&= appendLeaf(this.#sinceSigned, hash, sha256);
    this.#lastRecordId = recordId;
    this.#next = index + 1;
    await this.#passCheckpoints(this.#next);
  }

  /** The end of the log; answers the root over all leaves that are there. */
  async end(size: number): Promise<Hash> {
    await this.#reach(size);
    return frontierRoot(this.#whole, sha256);
  }

  async #reach(index: number): Promise<void> {
    if (index > this.#next) {
      const last = index - 1;
      const which = last === this.#next ? `Leaf ${last} is` : `Leaves ${this.#next}–${last} are`;
      this.#report(this.#next, null, `${which} missing: deleted from the tree after being signed.`);
      this.#sinceSigned = undefined;
      this.#next = index;
    }
    await this.#passCheckpoints(index);
    if (this.#sinceSigned?.size !== index) this.#sinceSigned = undefined;
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

  #pass({ size, note, rootHash, frontier }: CheckpointRow): void {
    const signed = this.#signer.open(note);
    if (signed?.size !== size) {
      this.#report(null, null, `The signature of the checkpoint of size ${size} is not of this log's key.`);
      return;
    }
    if (hex(signed.root) !== rootHash)
      this.#report(null, null, `The root hash kept beside the checkpoint of size ${size} was edited.`);
    const fits = frontierFits(frontier, signed.root);
    if (!fits) this.#report(null, null, `The frontier kept beside the checkpoint of size ${size} was edited.`);
    const first = this.#signedSize;
    const known = this.#sinceSigned;
    this.#signedSize = size;
    if (known?.size === size && equalHashes(frontierRoot(known, sha256), signed.root)) return;
    // Of another size it lacks leaves, which were reported as missing.
    if (known?.size === size) this.#reportRange(first, size);
    this.#sinceSigned = fits ? frontier : undefined;
  }

  #reportRange(first: number, size: number): void {
    const single = size - first === 1;
    const which = single ? `Leaf ${first} is not the one` : `One of the leaves ${first}–${size - 1} is not among those`;
    const problem = `${which} that the checkpoint of size ${size} signed: it was rewritten together with its record.`;
    this.#report(first, single ? this.#lastRecordId : null, problem);
  }
}
