import type { Proposal } from '@mcp-coordinator/contract/remediations.contract';
import { inWords } from '@mcp-coordinator/core/approvals/requirements';
import type { Me } from '../auth/me.ts';

type Asked = Pick<Proposal, 'approval'>;

/** Whether an approval of this person counts only where a passkey signs it. */
export const asksPasskeyOf = ({ approval }: Asked, { username, role }: Me): boolean =>
  (approval?.missing ?? []).some(
    ({ passkey, of }) =>
      passkey && (of === 'any approver' || of.people.includes(username) || of.roles.some((one) => one === role)),
  );

/** What is still to be signed, in the words of the API. */
export const askedPasskeys = ({ approval }: Asked): string[] =>
  (approval?.missing ?? []).filter(({ passkey }) => passkey).map((one) => sentence(inWords(one)));

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
