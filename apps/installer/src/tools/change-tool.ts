import { createHash, randomUUID } from 'node:crypto';
import type { ActionRequest } from '@mcp-coordinator/client/agent/action-journal';
import type { Action } from '@mcp-coordinator/contract/actions.contract';
import type { ActionOutcome } from '@mcp-coordinator/contract/mcp.contract';
import { digestJson } from '@mcp-coordinator/core/digests/canonical-json';
import { accept } from '@mcp-coordinator/core/result';
import { applyChange } from '../changes/apply-change.ts';
import type { Report } from '../changes/change-outcome.ts';
import { deskOf, type Executor } from '../changes/executor.ts';
import { previewChanges } from '../changes/preview-changes.ts';
import { rollbackChange } from '../changes/rollback-change.ts';
import type { Authority } from './authority.ts';

export type Operation = ActionRequest['operation'];

/** A change as a tool was called with it. */
export interface ChangeCall {
  readonly operation: Operation;
  readonly action: Action;
  readonly executionId?: string | undefined;
  readonly grant?: string | undefined;
}

/** SHA-256 of the RFC 8785 form of an action, as grants name it. */
export const actionDigest = (action: Action): string =>
  digestJson(action, (text) => createHash('sha256').update(text).digest('hex'));

/** Carries out a change that comes with a grant; a grant that does not hold refuses it. */
export async function grantedChange(
  executor: Executor,
  authority: Authority,
  call: ChangeCall,
  report: Report,
): Promise<ActionOutcome> {
  const { operation, action, executionId = '', grant = '' } = call;
  if (authority.verifyGrant === null) {
    return refused(
      executionId,
      action,
      'Grants are honoured only over the link to the coordinator. Nothing was changed. Call the tool without a grant to propose the change.',
    );
  }
  const digest = actionDigest(action);
  const verdict = await authority.verifyGrant(grant, {
    operation,
    executionId,
    actionId: action.id,
    actionDigest: digest,
  });
  if (!verdict.ok) return refused(executionId, action, verdict.refusal.detail);
  const { jti, planDigest, proposalDigest } = verdict.value;
  const { verifyConsent } = executor;
  const signers = verifyConsent === null ? accept(null) : await verifyConsent(verdict.value, action);
  if (!signers.ok) return refused(executionId, action, signers.refusal.detail);
  const ids = { operation, executionId, actionId: action.id, jti };
  const request = { ...ids, actionDigest: digest, planDigest, proposalDigest };
  return run(executor, signers.value === null ? request : { ...request, signers: signers.value }, action, report);
}

/** Carries out a change that the person at the client agreed to, after having been shown this very plan. */
export function agreedChange(
  executor: Executor,
  call: ChangeCall,
  planDigest: string,
  report: Report,
): Promise<ActionOutcome> {
  const { operation, action, executionId = `local-${randomUUID()}` } = call;
  const request = {
    operation,
    executionId,
    actionId: action.id,
    actionDigest: actionDigest(action),
    planDigest,
    jti: `local-${randomUUID()}`,
  };
  return run(executor, request, action, report);
}

async function run(executor: Executor, request: ActionRequest, action: Action, report: Report): Promise<ActionOutcome> {
  const work =
    request.operation === 'apply'
      ? applyChange(executor, request, action, report)
      : rollbackChange(executor, request, report);
  executor.underWay.add(work);
  try {
    return await work;
  } finally {
    executor.underWay.delete(work);
  }
}

/** What a person is asked about: the plan of one action, or why there is none. */
export async function planAlone(executor: Executor, action: Action) {
  const { plans, refused: no, resolvedActions } = await previewChanges([action], deskOf(executor));
  const [plan] = plans;
  const [resolved] = resolvedActions;
  return plan === undefined || resolved === undefined
    ? { ok: false as const, reason: no[0]?.reason ?? 'Nothing would change.' }
    : { ok: true as const, plan, resolved };
}

const refused = (executionId: string, action: Action, error: string): ActionOutcome => ({
  ...{ executionId, actionId: action.id, status: 'refused', error },
  ...{ diff: '', log: [], replayed: false, durationMs: 0 },
});
