import type { SubjectIds } from '@mcp-coordinator/contract/approvals.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import type { StepUpPurpose } from '@mcp-coordinator/contract/second-factors.contract';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db, Tx } from '../../../db/schema.ts';
import { transact } from '../../../db/transaction.ts';
import { may, type Person } from '../../../http/caller.ts';
import type { Clock } from '../../../runtime.ts';
import { beginChallenge } from './begin-challenge.ts';
import { passkeysOf } from './passkeys.store.ts';
import type { RelyingParty } from './relying-party.ts';

/** The digest of a subject as it is now, null before it has one; nothing where there is no such subject. */
export type DigestOf = (tx: Tx, subject: SubjectIds) => Promise<string | null | undefined>;

/** What an approval is about, as the request names it; nothing where it names none. */
export function subjectName({ proposalId, assessmentId, policyChangeId, reviewOf }: SubjectIds): string | null {
  if (proposalId !== undefined) return `proposal:${proposalId}`;
  if (assessmentId !== undefined) return `assessment:${assessmentId}`;
  if (policyChangeId !== undefined) return `policy_change:${policyChangeId}`;
  return reviewOf === undefined ? null : `review:${reviewOf}`;
}

export interface BeginStepUpDeps {
  db: Db;
  clock: Clock;
  relyingParty: RelyingParty;
  digestOf: DigestOf;
}
type BeginRefusal = Refusal<'not_found' | 'forbidden'>;
export interface BegunOptions {
  readonly publicKey: Record<string, never>;
  readonly expiresAt: string;
}

/** A challenge for one's passkeys: for this person, this purpose and this subject, once. */
export function beginStepUp(
  deps: BeginStepUpDeps,
  person: Person,
  request: SubjectIds & { readonly purpose: StepUpPurpose },
): Promise<Result<BegunOptions, BeginRefusal>> {
  return transact<BegunOptions, BeginRefusal>(deps.db, async (tx) => {
    const { purpose } = request;
    if (purpose === 'approve' && !may(person, 'approve_remediation')) {
      return deny(refuse('forbidden', 'You may not approve, so that there is nothing to step up for.'));
    }
    const passkeys = await passkeysOf(tx, person.userId);
    if (passkeys.length === 0) return deny(refuse('not_found', 'You have no passkey.'));
    const subject = subjectName(request);
    const digest = subject === null ? null : await deps.digestOf(tx, request);
    if (digest === undefined) return deny(refuse('not_found', `There is no ${subject}, or none that you may see.`));
    const wish = { userId: person.userId, purpose, subject, digest };
    const { bytes, expiresAt } = await beginChallenge(tx, wish, deps.clock());
    return accept({ publicKey: await deps.relyingParty.requestOptions(bytes, passkeys), expiresAt });
  });
}
