import type { CapturedDefinitions } from '@mcp-coordinator/contract/inventory.contract';
import type { PinnedLaunch } from './pinned-launch.ts';

/** A server's tool definitions as a person accepted them (DRF-01). */
export interface Pin {
  readonly server: string;
  /** The digest the definitions were captured with. */
  readonly digest: string;
  readonly definitions: Pick<CapturedDefinitions, 'instructions' | 'tools' | 'prompts' | 'resources'>;
  /** How it was started then; absent from pins of earlier versions. */
  readonly launch?: PinnedLaunch;
  readonly pinnedAt: string;
  readonly executionId: string;
}

/** A finding's rule on one server, accepted by a person until a time. */
export interface Waiver {
  readonly server: string;
  readonly rule: string;
  readonly reason: string;
  readonly until: string;
  readonly acceptedAt: string;
  readonly executionId: string;
}

/** All that a compliance server remembers. At most one pin for a server and one waiver for a server and rule. */
export interface ComplianceState {
  readonly pins: readonly Pin[];
  readonly waivers: readonly Waiver[];
}

export const EMPTY_STATE: ComplianceState = { pins: [], waivers: [] };
