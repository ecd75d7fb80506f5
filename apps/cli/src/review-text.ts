import type { Proposal } from '@mcp-coordinator/contract/remediations.contract';
import { table, visible } from './terminal.ts';

/** What the review page shows: what changes, what would start, why, how risky it is, how it is undone, who decided. */
export function reviewText(proposal: Proposal): string {
  const { risk, preview, votes, approval } = proposal;
  const facts = table([
    ['Proposal', proposal.proposalId],
    ['Title', proposal.title],
    ['Status', proposal.status],
    ['Priority', proposal.priority],
    ['Proposed by', `${proposal.proposedBy} at ${proposal.createdAt}`],
    ['Assessment', proposal.assessmentId],
    ['Issues', proposal.issues.join(', ') || 'none'],
    ['Impact', `${risk.impact.level}: ${risk.impact.figure}`],
    ['Effort', `${risk.effort.level}: ${risk.effort.figure}`],
    ['Success rate', `${risk.successRate.level}: ${risk.successRate.figure}`],
    ['Digest', proposal.digest],
    ['Expires', proposal.expiresAt ?? 'never'],
    ['Approvals', `${proposal.approvalsNeeded} more needed`],
    ...(approval?.missing ?? []).map((missing) => ['Missing', missingText(missing)]),
    ...(proposal.breakGlass ? [['Emergency', 'approved past the rules']] : []),
  ]);
  const decided = votes.map(({ username, decision, reason, at }) =>
    visible(`${decision} by ${username} at ${at}: ${reason}`),
  );
  return [facts, ...preview.plans.map(planText), ...(decided.length > 0 ? [decided.join('\n')] : [])].join('\n\n');
}

function planText({
  actionId,
  target,
  intents,
  diff,
  launch,
  undo,
  restart,
}: Proposal['preview']['plans'][number]): string {
  const where = target ? `${target.installerId} ${target.client}/${target.scope} ${target.path}` : 'no file';
  return visible(
    [
      `${actionId}  ${where}`,
      ...intents.map(({ verb, text }) => `  ${verb} ${text}`),
      ...(launch
        ? [`  Starts: ${launch.url ?? launch.argv.join(' ')}`, `  Variables: ${launch.variables.join(', ') || 'none'}`]
        : []),
      `  Undo: ${undo.description}`,
      ...(restart.length > 0 ? [`  Restart: ${restart.join(', ')}`] : []),
      ...(diff === '' ? [] : [diff]),
    ].join('\n'),
  );
}

const missingText = ({ count, of }: NonNullable<Proposal['approval']>['missing'][number]): string =>
  `${count} of ${typeof of === 'string' ? of : [...of.people, ...of.roles].join(', ')}`;
