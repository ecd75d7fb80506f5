import type { Hash } from '@mcp-coordinator/core/audit/merkle-hash';

/** What a witness said to a checkpoint. */
export type WitnessAnswer =
  /** It took it; the note bears its cosignature where it gives one. */
  | { readonly kind: 'taken'; readonly note: string }
  /** It has seen another size last; the proof must begin there. */
  | { readonly kind: 'seen'; readonly size: number }
  /** What it has seen is not the beginning of what it was shown. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'away'; readonly why: string };

export interface ShownCheckpoint {
  readonly oldSize: number;
  /** The root of the log's first `oldSize` leaves, as the log has them now. */
  readonly oldRoot: Hash;
  readonly proof: readonly Hash[];
  readonly note: string;
}

/** Where checkpoints are kept that nobody here can rewrite. */
export interface Witness {
  /** As the dashboard shows it. */
  readonly name: string;
  readonly show: (checkpoint: ShownCheckpoint) => Promise<WitnessAnswer>;
}
