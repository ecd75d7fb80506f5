import type { Priority } from '@mcp-coordinator/contract/remediations.contract';

/** The stored approval policy. The environment only seeds its first version (CONTRACT §4 "Approve"). */
export interface ApprovalPolicy {
  readonly version: number;
  /** Different people who must approve. */
  readonly quorum: number;
  /** The same for proposals of priority `critical`; never less than `quorum`. */
  readonly quorumCritical: number;
  /** Who proposed a change may not approve it. */
  readonly secondPerson: boolean;
}

export const quorumFor = (policy: ApprovalPolicy, priority: Priority): number =>
  priority === 'critical' ? Math.max(policy.quorum, policy.quorumCritical) : policy.quorum;
