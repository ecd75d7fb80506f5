import type { ServerResult } from '@mcp-coordinator/contract/findings.contract';

/** One file and what was found on its servers. */
export interface ScannedFile {
  readonly file: string;
  readonly servers: readonly ({ readonly name: string } & ServerResult)[];
  /** Why it was not read. */
  readonly problem?: string;
}
