import type { ClientId, Scope } from '@mcp-coordinator/contract/inventory.contract';

/** What undoing a change needs, written to the journal before the change. Holds no secret: the bytes are in the snapshots. */
export interface ChangeUndo {
  readonly client: ClientId;
  readonly scope: Scope;
  readonly path: string;
  readonly root: readonly string[];
  readonly name: string;
  /** Members outside the entry that the change removed. */
  readonly dropped: readonly (readonly string[])[];
  /** The bytes before, or null where no file was. */
  readonly snapshotId: string | null;
  readonly hashBefore: string;
  readonly hashAfter: string;
  /** Keyed hash of the entry as the change left it; `nothing` where it left none. */
  readonly entryAfter: string;
  /** The server did not start before the change either, so that its failing to start afterwards speaks of something else. */
  readonly failedBefore: boolean;
  /** Folders that were made for the file, outermost first. */
  readonly madeFolders: readonly string[];
}
