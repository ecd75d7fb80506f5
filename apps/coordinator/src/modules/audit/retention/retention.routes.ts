import type { Handlers } from '../../../http/handlers.ts';
import { type ErasePayloadDeps, eraseAuditPayload } from './erase-payload.ts';
import { decidePruning, type RequestPruningDeps, requestPruning } from './request-pruning.ts';
import { listPrunings, listRequests } from './retention.store.ts';

export interface RetentionRouteDeps extends RequestPruningDeps, ErasePayloadDeps {
  /** Nobody waits for it. */
  readonly pruneSoon: () => void;
}
type RetentionHandlers = Handlers<
  'eraseAuditPayload' | 'listAuditPrunings' | 'requestAuditPruning' | 'decideAuditPruning'
>;

const LISTED = 200;

export const createRetentionHandlers = (deps: RetentionRouteDeps): RetentionHandlers => ({
  eraseAuditPayload: async ({ params, body, caller, requestId }) => {
    const erased = await eraseAuditPayload(deps, { id: params.id, reason: body.reason }, caller, requestId);
    return erased.ok ? { status: 200, body: { success: true, id: erased.value } } : { refusal: erased.refusal };
  },

  listAuditPrunings: async () => {
    const prunings = await listPrunings(deps.db, LISTED);
    return { status: 200, body: { success: true, prunings, requests: await listRequests(deps.db, LISTED) } };
  },

  requestAuditPruning: async ({ body, caller, requestId }) => {
    const asked = await requestPruning(deps, body, caller, requestId);
    return asked.ok ? { status: 202, body: { success: true, request: asked.value } } : { refusal: asked.refusal };
  },

  decideAuditPruning: async ({ params, body, caller, requestId }) => {
    const decided = await decidePruning(deps, { id: params.id, ...body }, caller, requestId);
    if (!decided.ok) return { refusal: decided.refusal };
    if (decided.value.status === 'approved') deps.pruneSoon();
    return { status: 200, body: { success: true, request: decided.value } };
  },
});
