import { createHash, randomUUID } from 'node:crypto';
import type { ActionRequest } from '@mcp-coordinator/client/agent/action-journal';
import type { VerifyGrant } from '@mcp-coordinator/client/agent/grant-verifier';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import type { ActionOutcome } from '@mcp-coordinator/contract/mcp.contract';
import type { Refusal } from '@mcp-coordinator/contract/refusals';
import { digestJson } from '@mcp-coordinator/core/digests/canonical-json';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';

/** A change as the tool was called with it. */
export interface ChangeCall {
  readonly operation: ActionRequest['operation'];
  readonly action: Action;
  readonly executionId: string | undefined;
  readonly grant: string | undefined;
}

const actionDigest = (action: Action): string =>
  digestJson(action, (text) => createHash('sha256').update(text).digest('hex'));

/** Turns a call into a request, if its grant allows exactly that. */
export async function requestByGrant(
  verifyGrant: VerifyGrant,
  call: ChangeCall,
): Promise<Result<ActionRequest, Refusal>> {
  const { operation, action, executionId = '', grant = '' } = call;
  const use = { operation, executionId, actionId: action.id, actionDigest: actionDigest(action) };
  const verdict = await verifyGrant(grant, use);
  if (!verdict.ok) return deny(verdict.refusal);
  const { jti, planDigest } = verdict.value;
  return accept({ ...use, planDigest, jti });
}

/** The request of a person at the client who agreed to this very plan. */
export const requestByPerson = ({ operation, action, executionId }: ChangeCall, planDigest: string): ActionRequest => ({
  operation,
  executionId: executionId ?? `local-${randomUUID()}`,
  actionId: action.id,
  actionDigest: actionDigest(action),
  planDigest,
  jti: `local-${randomUUID()}`,
});

export const refusedOutcome = ({ executionId = '', action }: ChangeCall, error: string): ActionOutcome => ({
  ...{ executionId, actionId: action.id, status: 'refused', error },
  ...{ diff: '', log: [], replayed: false, durationMs: 0 },
});
