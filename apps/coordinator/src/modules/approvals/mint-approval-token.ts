import { APPROVAL_TOKEN_SECONDS_DEFAULT, APPROVAL_TOKEN_SECONDS_MAX } from '@mcp-coordinator/contract/auth.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db, Tx } from '../../db/schema.ts';
import type { Person } from '../../http/caller.ts';
import type { Clock, NewId } from '../../runtime.ts';
import type { AssessmentsModule } from '../assessments/assessments.module.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import { type GivenFactor, type StepUp, type StepUpRefusal, subjectName } from '../auth/auth.module.ts';
import type { PoliciesModule } from '../policies/policies.module.ts';
import type { RemediationsModule } from '../remediations/remediations.module.ts';
import { insertApprovalToken, newApprovalToken } from './approval-tokens.store.ts';

export interface MintApprovalTokenDeps {
  db: Db;
  clock: Clock;
  newId: NewId;
  recordAudit: RecordAudit;
  stepUp: StepUp;
  remediations: Pick<RemediationsModule, 'find'>;
  assessments: Pick<AssessmentsModule, 'find'>;
  policies: Pick<PoliciesModule, 'current'>;
}
interface Mint extends GivenFactor {
  reason: string;
  expiresAt?: string | undefined;
  proposalId?: string | undefined;
  assessmentId?: string | undefined;
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
  const given = { person, given: request, subject: subjectName(request), ...from };
  return deps.stepUp<Minted, Refusal<'not_found' | 'second_factor_refused'>>('approve', given, async (tx, proof) => {
    const bound = await subjectOf(deps, tx, request);
    if (!bound.ok) return bound;
    const consent = proof?.kind === 'passkey' ? proof : undefined;
    if (consent && consent.digest !== bound.value.digest) return deny(SIGNED_ANOTHER);
    const id = deps.newId('token');
    const token = newApprovalToken();
    await insertApprovalToken(tx, {
      id,
      token,
      userId: person.userId,
      reason: request.reason,
      now,
      expiresAt,
      ...bound.value,
      stepUp: proof?.kind === 'totp' || proof?.kind === 'passkey' ? proof.kind : null,
      assertion: consent?.assertion,
    });
    const details = {
      ...{ tokenId: id, reason: request.reason, expiresAt: expiresAt.toISOString(), ...bound.value },
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

interface Bound {
  proposalId: string | null;
  assessmentId: string | null;
  digest: string | null;
}

/** Bound from birth to the digest as it is now, where the request names a subject. */
async function subjectOf(
  deps: MintApprovalTokenDeps,
  tx: Tx,
  { proposalId, assessmentId }: Mint,
): Promise<Result<Bound, Refusal<'not_found'>>> {
  const none: Bound = { proposalId: null, assessmentId: null, digest: null };
  if (proposalId !== undefined) {
    const proposal = await deps.remediations.find(tx, proposalId);
    if (!proposal)
      return deny(refuse('not_found', `No proposal ${proposalId}, or none that you may see. No token was minted.`));
    return accept({ ...none, proposalId, digest: proposal.digest });
  }
  if (assessmentId !== undefined) {
    const assessment = await deps.assessments.find(tx, assessmentId);
    if (!assessment)
      return deny(refuse('not_found', `No assessment ${assessmentId}, or none that you may see. No token was minted.`));
    return accept({ ...none, assessmentId, digest: assessment.digest });
  }
  return accept(none);
}
