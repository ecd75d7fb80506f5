import type { CallValue } from '@mcp-coordinator/client/route-call';
import { type ApprovalPolicyDocument, approvalPolicySchema } from '@mcp-coordinator/contract/policies.contract';

/** The parts that are lists of rules: shown and changed as JSON, since each rule has its own form. */
const RULE_LISTS = ['quorumByServer', 'approvers', 'changeWindows', 'passkeys'] as const;

export const rulesText = (policy: ApprovalPolicyDocument): string =>
  JSON.stringify(Object.fromEntries(RULE_LISTS.map((name) => [name, policy[name]])), null, 2);

/** The policy that a form describes, or what is wrong with it and where. */
export function readDraft(
  fields: ApprovalPolicyDocument,
  rules: string,
): { policy: ApprovalPolicyDocument; problem?: undefined } | { problem: string } {
  const lists = parseRules(rules);
  if (lists === undefined) return { problem: 'The rules are not valid JSON' };
  const parsed = approvalPolicySchema.safeParse({ ...fields, ...lists });
  if (parsed.success) return { policy: parsed.data };
  const [issue] = parsed.error.issues;
  return { problem: `${issue?.path.join('.') || 'The policy'}: ${issue?.message ?? 'is not valid'}` };
}

function parseRules(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export type StoredPolicy = CallValue<'showApprovalPolicy'>['policy'];
export type ListedChange = CallValue<'listPolicyChanges'>['changes'][number];

/** The document alone, as it is sent back: without the version and when it came into force. */
export const documentOf = ({ version: _version, since: _since, ...policy }: StoredPolicy): ApprovalPolicyDocument =>
  approvalPolicySchema.parse(policy);

/** “/quorum: 1 → 2”. */
export const differenceWords = ({ path, before, after }: ListedChange['differences'][number]): string =>
  `${path}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`;
