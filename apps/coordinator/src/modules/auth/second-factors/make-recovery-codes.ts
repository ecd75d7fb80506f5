import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { enrolmentOf } from './enrolment.ts';
import { asOwner, type OwnerRefusal, type OwnerRequest, type ProveOwnerDeps } from './prove-owner.ts';
import { replaceRecoveryCodes } from './recovery-codes.store.ts';

const NOTHING_TO_RECOVER = refuse('not_found', 'You have no second factor that a code could stand in for.');

/** New codes, shown this once; the former ones are void. */
export function makeRecoveryCodes(
  deps: ProveOwnerDeps,
  request: OwnerRequest,
): Promise<Result<string[], OwnerRefusal | Refusal<'not_found'>>> {
  const { person, requestId } = request;
  return asOwner<string[], typeof NOTHING_TO_RECOVER>(deps, request, async (tx) => {
    if (!(await enrolmentOf(tx, person.userId)).enrolled) return deny(NOTHING_TO_RECOVER);
    const codes = await replaceRecoveryCodes(tx, person.userId, deps.clock());
    await deps.recordAudit(tx, {
      action: 'recovery_codes_made',
      actor: person.actor,
      target: person.username,
      details: { made: codes.length },
      requestId,
    });
    return accept(codes);
  });
}
