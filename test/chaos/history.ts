/** What callers were told, and what stands in the database and on the machines when all is quiet again. */
export interface History {
  /** Writes that were answered as done; one that was cut off without an answer may be there or not. */
  readonly acknowledged: readonly { readonly kind: WriteKind; readonly id: string }[];
  readonly evidence: Evidence;
}
/** `approval` and `start` go by the execution's id. */
export type WriteKind = 'assessment' | 'proposal' | 'approval' | 'start';

export interface Evidence {
  readonly assessments: readonly { readonly id: string; readonly status: string }[];
  readonly proposals: readonly {
    readonly id: string;
    readonly status: string;
    readonly digest: string;
    readonly quorum: number;
  }[];
  readonly votes: readonly Vote[];
  readonly executions: readonly RecordedExecution[];
  readonly audit: readonly AuditRecord[];
  readonly files: readonly TargetFile[];
}
export interface Vote {
  readonly proposalId: string;
  readonly userId: number;
  readonly decision: string;
  readonly digest: string;
}
export interface RecordedExecution {
  readonly id: string;
  readonly proposalId: string;
  readonly status: string;
  readonly actions: readonly RecordedAction[];
}
export interface RecordedAction {
  readonly id: string;
  readonly machine: string;
  /** The entry that it adds to the machine's file; no other action ever uses it. */
  readonly entry: string;
  readonly status: string;
}
export interface AuditRecord {
  readonly action: string;
  readonly target: string;
  readonly actionId: string | null;
  readonly tokenId: string | null;
  readonly digest: string | null;
  /** Whether the log's tree holds it. */
  readonly inTree: boolean;
}
export interface TargetFile {
  readonly machine: string;
  /** Null when it does not parse. */
  readonly entries: Readonly<Record<string, unknown>> | null;
  /** What stood there before anything was done, and must stand there still. */
  readonly before: Readonly<Record<string, unknown>>;
  /** How often the file was replaced as a whole, counted where it lies. */
  readonly replaced: number;
  /** How often its installer was killed: a file that was written in that moment may be put back once. */
  readonly kills: number;
}
