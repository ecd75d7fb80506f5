import type { Channel } from '@mcp-coordinator/contract/realtime.contract';
import type { Tx } from '../../db/schema.ts';

export interface NewEvent {
  readonly channel: Channel;
  /** `noun.verb-past`, such as `approval.granted`. */
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Appends an event in the caller's transaction; it is published, with its id, after the commit. */
export type PublishEvent = (tx: Tx, event: NewEvent) => Promise<void>;
