import type { CapturedDefinitions } from '@mcp-coordinator/contract/inventory.contract';
import type { DefinitionChange } from '../execution/pinned-definitions.ts';
import type { Unknown } from '../knowledge/package-facts.ts';

/** Something a server reached for while it was started and asked. */
export interface Attempt {
  readonly what: 'reads' | 'connects to' | 'starts';
  /** The path, address or program. */
  readonly object: string;
}

/** What a remote server answered to requests that an honest one refuses. */
export interface RemoteReport {
  /** How many tools it lists to nobody in particular; null when it asks who that is. */
  readonly toolsWithoutAuthentication: number | null;
  /** Each in words; empty when there is no metadata, or nothing wrong with it. */
  readonly oauthFaults: readonly string[];
  /** Which of the two it does not look at. */
  readonly acceptedForeign: readonly ('Origin' | 'Host')[];
}

/** What was learnt by starting or reaching a server once. */
export type ProbeReport =
  | {
      readonly status: 'probed';
      readonly definitions: CapturedDefinitions;
      /** Against the first answer. */
      readonly differences: readonly { readonly when: string; readonly change: DefinitionChange }[];
      readonly attempts: readonly Attempt[] | Unknown;
      readonly integrity: string | null;
      readonly remote: RemoteReport | null;
    }
  | { readonly status: 'failed'; readonly reason: string; readonly integrity: string | null }
  | { readonly status: 'unknown'; readonly reason: string; readonly integrity: null };
