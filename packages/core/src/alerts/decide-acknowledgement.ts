import type { Alert } from '@mcp-coordinator/contract/monitoring.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '../result.ts';

/** Only what fires can be looked after, by one person; the same person saying so again (`stands`) changes nothing. */
export function decideAcknowledgement(
  { id, state, acknowledgedBy }: Pick<Alert, 'id' | 'state' | 'acknowledgedBy'>,
  person: string,
): Result<'acknowledge' | 'stands', Refusal<'invalid_transition'>> {
  if (acknowledgedBy === person) return accept('stands');
  if (state !== 'firing') {
    return deny(
      refuse(
        'invalid_transition',
        `Alert ${id} is ${state}; only one that fires can be acknowledged. Nothing was changed.`,
      ),
    );
  }
  if (acknowledgedBy !== null) {
    return deny(refuse('invalid_transition', `Alert ${id} is looked after by ${acknowledgedBy}. Nothing was changed.`));
  }
  return accept('acknowledge');
}
