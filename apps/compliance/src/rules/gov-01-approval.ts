import { OWASP } from './owasp.ts';
import { CLEAN, found, type Rule } from './rule.ts';

const DAY_MS = 86_400_000;

export const approvalMissing: Rule = {
  id: 'GOV-01',
  issue: 'approval_missing',
  severity: 'medium',
  title: 'Runs without an approval that counts',
  meaning: 'Nobody agreed to this server, the agreement is too old, or it came from the person who asked for it.',
  fix: { text: 'Propose the server as it stands, and let a second person decide.', actionable: false },
  references: [OWASP.shadowServers],
  check({ context, server, approvals, now }) {
    const approval = context?.approval;
    if (approval === undefined) return CLEAN;
    const location = { path: server.path, pointer: '' };
    if (approval === null) return found([{ location, evidence: 'no approved proposal put it there' }]);
    const { approvedAt, approvedBy, requestedBy } = approval;
    const days = Math.floor((now.getTime() - Date.parse(approvedAt)) / DAY_MS);
    const old =
      days > approvals.maxAgeDays ? [`was approved ${days} days ago, and ${approvals.maxAgeDays} are allowed`] : [];
    const own = approvedBy.every((name) => name === requestedBy)
      ? [`was approved by ${requestedBy}, who asked for it`]
      : [];
    return found([...old, ...own].map((evidence) => ({ location, evidence })));
  },
};
