import type { ApprovalPolicyDocument } from '@mcp-coordinator/contract/policies.contract';
import type { FieldError } from '@mcp-coordinator/contract/refusals';

/** Places where a policy could never be met: people who cannot approve, or more of them than are named. */
export function policyErrors(policy: ApprovalPolicyDocument, mayApprove: ReadonlySet<string>): FieldError[] {
  const figures = [...Object.values(policy.quorumByPriority), ...policy.quorumByServer.map(({ quorum }) => quorum)];
  const quorumMax = Math.max(policy.quorum, ...figures.map((figure) => figure ?? 0));
  return policy.approvers.flatMap(({ people, roles, count }, index) => {
    const unknown = people.flatMap((name, place) =>
      mayApprove.has(name)
        ? []
        : [{ path: `/policy/approvers/${index}/people/${place}`, message: 'is no active account that may approve' }],
    );
    const asked = count ?? quorumMax;
    const tooFew = roles.length === 0 && new Set(people).size < asked;
    const message = `asks for ${asked} people and names ${new Set(people).size}; name more, or a smaller count`;
    return [...unknown, ...(tooFew ? [{ path: `/policy/approvers/${index}`, message }] : [])];
  });
}
