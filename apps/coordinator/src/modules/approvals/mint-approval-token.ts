import type { SubjectIds } from '@mcp-coordinator/contract/approvals.contract';
import { APPROVAL_TOKEN_SECONDS_DEFAULT, APPROVAL_TOKEN_SECONDS_MAX } from '@mcp-coordinator/contract/auth.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db } from '../../db/schema.ts';
import type { Person } from '../../http/caller.ts';
import type { Clock, NewId } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import { type GivenFactor, type StepUp, type StepUpRefusal, subjectName } from '../auth/auth.module.ts';
import type { PoliciesModule } from '../policies/policies.module.ts';
import { insertApprovalToken, newApprovalToken } from './approval-tokens.store.ts';
import { digestOfSubject, type SubjectDigestDeps } from './digest-of-subject.ts';

export interface MintApprovalTokenDeps extends SubjectDigestDeps {
  db: Db;
  clock: Clock;
  newId: NewId;
  recordAudit: RecordAudit;
  stepUp: StepUp;
  policies: SubjectDigestDeps['policies'] & Pick<PoliciesModule, 'current'>;
}
interface Mint extends GivenFactor, SubjectIds {
  reason: string;
  expiresAt?: string | undefined;
}
export interface Minted {
  id: string;
  token: string;
  expiresAt: Date;
}

/**
 * Mints a person's short-lived consent, under a second factor where they have one; the value is shown this once and only its
 * hash is kept.
 */
export async function mintApprovalToken(
  deps: MintApprovalTokenDeps,
  request: Mint,
  person: Person,
  from: { address: string; requestId: string },
): Promise<Result<Minted, Refusal<'invalid_request' | 'not_found'> | StepUpRefusal>> {
  const now = deps.clock();
  const { maximumAges } = await deps.policies.current(deps.db);
  const secondsMax = Math.min(APPROVAL_TOKEN_SECONDS_MAX, maximumAges.tokenMinutes * 60);
  const expiresAt = request.expiresAt
    ? new Date(request.expiresAt)
    : new Date(now.getTime() + Math.min(APPROVAL_TOKEN_SECONDS_DEFAULT, secondsMax) * 1000);
  const lifeMs = expiresAt.getTime() - now.getTime();
  if (lifeMs <= 0 || lifeMs > secondsMax * 1000) {
    const message = lifeMs <= 0 ? 'lies in the past' : `is more than ${secondsMax / 60} minutes ahead`;
    return deny(
      refuse('invalid_request', `expiresAt ${message}. No token was minted.`, {
        errors: [{ path: '/expiresAt', message }],
      }),
    );
  }
  const subject = subjectName(request);
  const given = { person, given: request, subject, ...from };
  return deps.stepUp<Minted, Refusal<'not_found' | 'second_factor_refused'>>('approve', given, async (tx, proof) => {
    // As it is now: the token is worth nothing once it is another.
    const digest = subject === null ? null : await digestOfSubject(deps, tx, request);
    if (digest === undefined)
      return deny(refuse('not_found', `There is no ${subject}, or none that you may see. No token was minted.`));
    const consent = proof?.kind === 'passkey' ? proof : undefined;
    if (consent && consent.digest !== digest) return deny(SIGNED_ANOTHER);
    const { proposalId, assessmentId, policyChangeId, reviewOf } = request;
    const bound = { proposalId, assessmentId, policyChangeId, reviewOf, digest };
    const id = deps.newId('token');
    const token = newApprovalToken();
    await insertApprovalToken(tx, {
      id,
      token,
      userId: person.userId,
      reason: request.reason,
      now,
      expiresAt,
      ...bound,
      stepUp: proof?.kind === 'totp' || proof?.kind === 'passkey' ? proof.kind : null,
      assertion: consent?.assertion,
      signedDigest: consent?.digest ?? null,
    });
    const details = {
      ...{ tokenId: id, reason: request.reason, expiresAt: expiresAt.toISOString(), ...bound },
      ...(proof ? { secondFactor: proof.kind } : {}),
    };
    await deps.recordAudit(tx, {
      action: 'approval_token_minted',
      actor: person.actor,
      target: id,
      details,
      requestId: from.requestId,
    });
    return accept({ id, token, expiresAt });
  });
}

const SIGNED_ANOTHER = refuse(
  'second_factor_refused',
  'What the passkey signed is no longer what would be approved. No token was minted. Look at it again.',
);
