import type { Action } from '@mcp-coordinator/contract/actions.contract';
import { joinAction, splitAction } from '@mcp-coordinator/core/remediations/seal-action';
import type { Keys } from '../../keys.ts';
import type { Place } from '../../secrets/envelope.ts';

export interface SealedActions {
  /** What may be stored and shown. */
  masked: Action[];
  /** Encrypted values by `actionId` and pointer. */
  sealed: Record<string, string>;
  /** Each value replaced by its keyed hash: what the digest covers. */
  hashed: Action[];
}
type Sealing = Pick<Keys, 'seal' | 'open' | 'keyedHash'>;

const slot = (actionId: string, pointer: string): string => `${actionId}${pointer}`;
const place = (proposalId: string, part: string): Place => ({
  table: 'remediations',
  column: 'sealed',
  id: proposalId,
  part,
});

export function sealActions(keys: Sealing, proposalId: string, actions: readonly Action[]): SealedActions {
  const result: SealedActions = { masked: [], sealed: {}, hashed: [] };
  for (const action of actions) {
    const { masked, values } = splitAction(action);
    for (const [pointer, value] of Object.entries(values)) {
      const part = slot(action.id, pointer);
      result.sealed[part] = keys.seal(value, place(proposalId, part));
    }
    result.masked.push(masked);
    result.hashed.push(hashAction(keys, action));
  }
  return result;
}

/** The action as the digest covers it. */
export function hashAction({ keyedHash }: Pick<Keys, 'keyedHash'>, action: Action): Action {
  const { masked, values } = splitAction(action);
  const hashes = Object.entries(values).map(([pointer, value]) => [pointer, `hmac-sha256:${keyedHash(value)}`]);
  return joinAction(masked, Object.fromEntries(hashes) as Record<string, string>);
}

/** The action with its values, for the one server that applies it. */
export function openAction(
  keys: Sealing,
  proposalId: string,
  masked: Action,
  sealed: Readonly<Record<string, string>>,
): Action {
  const prefix = `${masked.id}/`;
  const values: Record<string, string> = {};
  for (const [name, text] of Object.entries(sealed)) {
    if (!name.startsWith(prefix)) continue;
    values[name.slice(masked.id.length)] = keys.open(text, place(proposalId, name));
  }
  return joinAction(masked, values);
}
