import { createHash } from 'node:crypto';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import type { ApproverKeys, SignedApproval } from '@mcp-coordinator/contract/consent.contract';
import type { GrantClaims } from '@mcp-coordinator/contract/mcp.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { consentedDigest } from '@mcp-coordinator/core/remediations/consent';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { verifyAssertion } from './verify-assertion.ts';

/** The approvers of this machine's list who signed exactly this action's proposal. */
export type VerifyConsent = (
  claims: GrantClaims,
  action: Action,
) => Promise<Result<string[], Refusal<'action_refused'>>>;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Verifies people's consent with nothing but the keys pinned on this machine. That the grant itself is genuine was seen
 * before; here it is taken for the work of whoever holds the coordinator, its database and its keys.
 */
export function createConsentVerifier(keys: ApproverKeys, now: () => number): VerifyConsent {
  return async (claims, action) => {
    const { consent, operation, proposalId, planDigest } = claims;
    if (consent === undefined) return no('carries no signature of an approver', keys);
    const digest = consentedDigest(consent, { proposalId, action, planDigest }, sha256);
    if (!digest.ok) return no(digest.refusal, keys);
    if (digest.value !== claims.proposalDigest) return no('is for another proposal than the one it shows', keys);
    // What was done may be undone at any time.
    if (operation === 'apply' && !(now() <= Date.parse(consent.validUntil)))
      return no(`was approved for the time until ${consent.validUntil}`, keys);
    const approvers = await signersOf(keys, consent.approvals, digest.value);
    if (approvers.length >= keys.quorum) return accept(approvers);
    return no(`is signed by ${approvers.join(', ') || 'none'} of the approvers that this machine knows`, keys);
  };
}

/** By their names on this machine; whom the coordinator says it was means nothing. */
async function signersOf(keys: ApproverKeys, approvals: readonly SignedApproval[], digest: string): Promise<string[]> {
  const signers = new Set<string>();
  for (const approval of approvals) {
    const approver = keys.approvers.find(({ passkeys }) =>
      passkeys.some(({ credentialId }) => credentialId === approval.credentialId),
    );
    const passkey = approver?.passkeys.find(({ credentialId }) => credentialId === approval.credentialId);
    if (approver && passkey && (await verifyAssertion(keys, passkey, approval, digest))) signers.add(approver.username);
  }
  return [...signers].sort();
}

const no = (why: string, { quorum }: ApproverKeys): Result<never, Refusal<'action_refused'>> =>
  deny(
    refuse(
      'action_refused',
      `This machine verifies approvals by itself, and the grant ${why}. Nothing was changed. It asks for the passkeys of ${quorum} of the approvers in its INSTALLER_APPROVER_KEYS, over exactly this change.`,
    ),
  );
