import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Action, ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import type { Consent, SignedApproval } from '@mcp-coordinator/contract/consent.contract';
import { challengeBytes } from '@mcp-coordinator/core/auth/passkey';
import { consentOf } from '@mcp-coordinator/core/remediations/consent';
import { type ProposalContent, proposalDigest } from '@mcp-coordinator/core/remediations/proposal-digest';
import { joinAction, splitAction } from '@mcp-coordinator/core/remediations/seal-action';
import type { Differently, SoftAuthenticator } from '@mcp-coordinator/core/testing/soft-authenticator';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A value's keyed hash, under a key that only a coordinator has. */
const hashOf = (value: string): string =>
  `hmac-sha256:${createHmac('sha256', 'of the coordinator').update(value).digest('hex')}`;

export interface Proposal {
  readonly content: ProposalContent;
  readonly digest: string;
}

/** A proposal as the coordinator makes it out of a dry run. */
export function proposalOf(
  actions: readonly Action[],
  plans: readonly ActionPlan[],
  more: Partial<ProposalContent> = {},
): Proposal {
  const content: ProposalContent = {
    ...{ proposalId: 'P-1', assessmentDigest: sha256('an assessment'), policyVersion: 1 },
    validUntil: '2100-01-01T00:00:00.000Z',
    actions: actions.map((action) => {
      const { masked, values } = splitAction(action);
      return joinAction(masked, Object.fromEntries(Object.entries(values).map(([at, value]) => [at, hashOf(value)])));
    }),
    plans,
    ...more,
  };
  return { content, digest: proposalDigest(content, sha256) };
}

/** What a passkey answers when its person approves this digest; null is a challenge for something else, such as a sign-in. */
export function approvalOf(
  username: string,
  authenticator: SoftAuthenticator,
  digest: string | null,
  differently: Differently = {},
): SignedApproval {
  const challenge = Buffer.from(challengeBytes(digest, randomBytes(32))).toString('base64url');
  const { id: credentialId, response } = authenticator.assert({ challenge }, differently);
  const { authenticatorData, clientDataJSON, signature } = response;
  return { username, credentialId, authenticatorData, clientDataJSON, signature };
}

/** Claims of a grant that carries this consent. */
export function grantedWith({ content, digest }: Proposal, actionId: string, approvals: readonly SignedApproval[]) {
  const consent: Consent | null = consentOf(content, actionId, approvals, sha256);
  return { proposalId: content.proposalId, proposalDigest: digest, ...(consent === null ? {} : { consent }) };
}
