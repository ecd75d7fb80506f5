import type { ApprovalPolicyDocument, PolicyChange } from '@mcp-coordinator/contract/policies.contract';
import { sha256Hex } from '../runtime.ts';
import type { Answer, Ask, TestApp } from './harness.ts';

type Change = Partial<ApprovalPolicyDocument>;

/** The policy in force, without what is said about it. */
export async function policyInForce(ask: Ask): Promise<ApprovalPolicyDocument> {
  const { version: _, since: __, ...policy } = (await ask('GET', '/policies/approval')).body.policy;
  return policy as ApprovalPolicyDocument;
}

/** Asks for the policy in force with these fields changed. */
export const askPolicy = async (ask: Ask, change: Change, more: object = {}): Promise<Answer> =>
  ask('PUT', '/policies/approval', { policy: { ...(await policyInForce(ask)), ...change }, reason: 'r', ...more });

/** Changes it, where one person may. */
export async function setPolicy(ask: Ask, change: Change): Promise<PolicyChange> {
  const { status, body } = await askPolicy(ask, change);
  if (status !== 200) throw new Error(`the policy was not changed: ${JSON.stringify(body)}`);
  return body.change as PolicyChange;
}

/** As if this token had been minted under a second factor. */
export async function underSecondFactor(app: TestApp, token: string): Promise<string> {
  await app.database.db
    .updateTable('approval_tokens')
    .set({ step_up: 'totp' })
    .where('token_hash', '=', sha256Hex(token))
    .execute();
  return token;
}
