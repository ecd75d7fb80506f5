import type { Consent, SignedApproval } from '@mcp-coordinator/contract/consent.contract';
import { APPROVING_ROLES } from '@mcp-coordinator/contract/permissions';
import { consentOf } from '@mcp-coordinator/core/remediations/consent';
import type { Db } from '../../db/schema.ts';
import { sha256Hex } from '../../runtime.ts';
import type { ProposalRow } from './remediations.store.ts';

/** What people signed of a proposal, as it goes to the machine that carries out this action; null where nobody did. */
export async function consentFor(db: Db, proposal: ProposalRow, actionId: string): Promise<Consent | null> {
  const { id: proposalId, digested, policy, preview, rollout } = proposal;
  if (digested === null) return null;
  const content = { proposalId, policyVersion: policy.version, plans: preview.plans, rollout, ...digested };
  return consentOf(content, actionId, await signedApprovals(db, proposal), sha256Hex);
}

const APPROVALS_MAX = 50;

/** Of those who still may approve; which of them count is for the machine to say. */
async function signedApprovals(db: Db, { id, digest }: ProposalRow): Promise<SignedApproval[]> {
  const rows = await db
    .selectFrom('approvals')
    .innerJoin('approval_tokens', 'approval_tokens.id', 'approvals.token_id')
    .innerJoin('users', 'users.id', 'approvals.user_id')
    .select([
      'users.username',
      'assertion_credential_id as credentialId',
      'assertion_authenticator_data as authenticatorData',
      'assertion_client_data as clientDataJSON',
      'assertion_signature as signature',
    ])
    .where('approvals.proposal_id', '=', id)
    .where('approvals.decision', '=', 'approved')
    .where('approvals.digest', '=', digest)
    .where('approval_tokens.signed_digest', '=', digest)
    .where('users.disabled', '=', false)
    .where('users.role', 'in', [...APPROVING_ROLES])
    .orderBy('approvals.created_at')
    .limit(APPROVALS_MAX)
    .$narrowType<SignedApproval>()
    .execute();
  return rows;
}
