import type { VerifyGrant } from '@mcp-coordinator/client/agent/grant-verifier';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import type { Refusal } from '@mcp-coordinator/contract/refusals';
import type { Result } from '@mcp-coordinator/core/result';

/** Where a person decides about a proposal. */
export interface Proposal {
  readonly proposalId: string;
  readonly url: string;
}

export type Propose = (action: Action) => Promise<Result<Proposal, Refusal>>;

/**
 * Who may allow a change. With a coordinator: its grants (over its link only, since they name the link's nonce), and proposals
 * for whoever has none. Alone: the person at the client, asked each time.
 */
export interface Authority {
  /** Null where no link is there that a grant could be fresh on. */
  readonly verifyGrant: VerifyGrant | null;
  /** Null where there is no coordinator. */
  readonly propose: Propose | null;
}
