import { refuse } from '@mcp-coordinator/contract/refusals';
import type { Handlers } from '../../http/handlers.ts';
import { type ChangePolicyDeps, changePolicy } from './change-policy.ts';
import { findPolicy, findPolicyChange, listPolicyChanges, toPolicyChange } from './policies.store.ts';

export function createPoliciesRoutes(
  deps: ChangePolicyDeps,
): Handlers<'showApprovalPolicy' | 'changeApprovalPolicy' | 'listPolicyChanges' | 'showPolicyChange'> {
  return {
    showApprovalPolicy: async () => {
      const policy = await findPolicy(deps.db);
      if (!policy) throw new Error('no approval policy is stored; it is seeded at the start');
      return { status: 200, body: { success: true, policy: { ...policy, since: policy.since.toISOString() } } };
    },
    changeApprovalPolicy: async ({ body, caller, requestId }) => {
      const changed = await changePolicy(deps, body, caller, requestId);
      if (!changed.ok) return { refusal: changed.refusal };
      const status = changed.value.status === 'pending' ? 202 : 200;
      return { status, body: { success: true, change: changed.value } };
    },
    listPolicyChanges: async ({ query }) => {
      const found = await listPolicyChanges(deps.db, query);
      return found.ok ? { status: 200, body: { success: true, ...found.value } } : { refusal: found.refusal };
    },
    showPolicyChange: async ({ params: { id } }) => {
      const row = await findPolicyChange(deps.db, id);
      return row
        ? { status: 200, body: { success: true, change: toPolicyChange(row) } }
        : { refusal: refuse('not_found', `There is no policy change ${id}.`) };
    },
  };
}
