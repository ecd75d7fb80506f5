import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { CliError, usageError } from '../cli-error.ts';
import { accepted, type Context, reasonFrom, secretFrom } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { reviewText } from '../review-text.ts';
import { print } from '../terminal.ts';
import { waitUntil } from '../wait-until.ts';
import { mint } from './sign-in.ts';

interface DecisionOptions {
  reason?: string;
  approvalTokenFile?: string;
}
interface ExecuteOptions extends DecisionOptions {
  wait?: boolean;
  dryRun?: boolean;
  rollback: boolean;
  parallel?: boolean;
}

const TOKEN_OPTION = '--approval-token-file <file>';
const TOKEN_WORDS = 'read an approval token from a file, or from stdin (-); minted when absent';

/** Deciding on a change, running it, and taking it back. */
export function addDecisionCommands(program: Command, context: Context): void {
  program
    .command('approve')
    .description('show what a proposal does, and approve exactly that')
    .argument('<proposal>')
    .option('--reason <text>')
    .option(TOKEN_OPTION, TOKEN_WORDS)
    .action((id: string, options: DecisionOptions) => approve(context, id, options));
  program
    .command('reject')
    .argument('<proposal>')
    .option('--reason <text>')
    .action(async (id: string, options: DecisionOptions) => {
      const reason = await reasonFrom(context, options.reason);
      await decide(context, { proposalId: id, decision: 'rejected', reason });
    });
  program
    .command('execute')
    .description('run an approved proposal')
    .argument('<proposal>')
    .option('--reason <text>', 'of the token that is minted for it')
    .option(TOKEN_OPTION, TOKEN_WORDS)
    .option('--dry-run', 'see whether it still would do the same')
    .option('--no-rollback', 'leave what was done when an action fails')
    .option('--parallel', 'run actions on different files at once')
    .option('--wait', 'wait for its end')
    .action((id: string, options: ExecuteOptions) => execute(context, id, options));
  for (const [what, route] of [
    ['rollback', 'rollbackExecution'],
    ['cancel', 'cancelExecution'],
  ] as const) {
    program
      .command(what)
      .argument('<execution>')
      .option('--reason <text>')
      .option('--wait', 'wait for its end')
      .action(async (id: string, { reason, wait }: { reason?: string; wait?: boolean }) => {
        const body = { reason: await reasonFrom(context, reason) };
        const { executionId, status } = await accepted(
          context.client()[route]({ params: { id }, body }, { signal: context.signal }),
        );
        if (wait) await follow(context, executionId, true);
        else print(context.terminal, { executionId, status }, () => `${executionId} is ${status}.`);
      });
  }
}

async function approve(context: Context, id: string, options: DecisionOptions): Promise<void> {
  const { terminal, signal } = context;
  if (!terminal.interactive && !(options.reason && options.approvalTokenFile)) {
    throw usageError(
      'Nobody can read the review here, so that --reason and --approval-token-file are both needed; nothing was decided.',
      'Run it on a terminal, or mint a token there: mcp-coordinator token create --proposal ID',
    );
  }
  const proposal = await accepted(context.client().showRemediation({ params: { id } }, { signal }));
  terminal.say(reviewText(proposal));
  if (terminal.interactive && !(await terminal.confirm('Approve exactly this?')))
    throw new CliError(EXIT.failure, 'Nothing was decided.', `Refuse it with: mcp-coordinator reject ${id}`);
  const reason = await reasonFrom(context, options.reason);
  const approvalToken = await tokenFrom(context, options, reason, id);
  // Bound to what was shown: if it changes meanwhile, the approval is refused.
  await decide(context, {
    proposalId: id,
    decision: 'approved',
    reason,
    approvalToken,
    proposalDigest: proposal.digest,
  });
}

const tokenFrom = async (context: Context, { approvalTokenFile }: DecisionOptions, reason: string, id: string) =>
  approvalTokenFile === undefined
    ? (await mint(context, reason, id)).approvalToken
    : secretFrom(context, approvalTokenFile, 'Approval token', '--approval-token-file');

async function decide(
  context: Context,
  given: {
    proposalId: string;
    decision: 'approved' | 'rejected';
    reason: string;
    approvalToken?: string;
    proposalDigest?: string;
  },
): Promise<void> {
  const body = { approvalId: `cli-${randomUUID()}`, ...given };
  const { success, ...decided } = await accepted(context.client().decideApproval({ body }, { signal: context.signal }));
  print(context.terminal, decided, () =>
    [
      `${given.proposalId} is ${given.decision}.`,
      ...(decided.approvalsNeeded > 0 ? [`Approvals still needed: ${decided.approvalsNeeded}.`] : []),
      ...(decided.executionId ? [`Run it: mcp-coordinator execute ${given.proposalId} --wait`] : []),
    ].join('\n'),
  );
}

async function execute(context: Context, proposalId: string, options: ExecuteOptions): Promise<void> {
  const { terminal, signal } = context;
  const choices = {
    proposalId,
    dryRun: options.dryRun ?? false,
    rollbackOnFailure: options.rollback,
    parallelExecution: options.parallel ?? false,
  };
  const approvalToken = options.dryRun
    ? undefined
    : await tokenFrom(
        context,
        options,
        options.approvalTokenFile ? '' : await reasonFrom(context, options.reason),
        proposalId,
      );
  const body = { ...choices, ...(approvalToken === undefined ? {} : { approvalToken }) };
  const { success, ...started } = await accepted(context.client().executeRemediation({ body }, { signal }));
  if (started.dryRun) {
    print(terminal, started, () =>
      started.current ? 'It would do what was reviewed.' : 'It would do something else now.',
    );
    if (!started.current)
      throw new CliError(
        EXIT.conflict,
        'The preview is stale.',
        'Propose it anew, and have that reviewed.',
        'preview_stale',
      );
  } else if (options.wait) await follow(context, started.executionId, false);
  else print(terminal, started, () => `${started.executionId} is ${started.status}.`);
}

const UNDER_WAY = ['pending', 'running', 'rolling_back'];

/** Waits for the end; `wanted` says whether being rolled back is what was asked for. */
async function follow(context: Context, id: string, wanted: boolean): Promise<void> {
  const { terminal, signal } = context;
  let last = '';
  const ended = await waitUntil(async () => {
    const shown = await accepted(context.client().showExecution({ params: { id } }, { signal }));
    const now = `${shown.status} ${shown.progress} %${shown.currentAction ? ` ${shown.currentAction}` : ''}`;
    if (now !== last) terminal.say(now);
    last = now;
    return UNDER_WAY.includes(shown.status) ? undefined : shown;
  }, signal);
  const { success, ...execution } = ended;
  print(terminal, execution, () => `${id} is ${execution.status}.`);
  if (execution.status === 'completed' || (wanted && execution.status === 'rolled_back')) return;
  const exit: ExitCode = execution.status === 'rolled_back' ? EXIT.rolledBack : EXIT.failure;
  throw new CliError(
    exit,
    `The execution is ${execution.status.replaceAll('_', ' ')}: ${execution.error ?? 'no reason was given'}.`,
    `See each action: mcp-coordinator audit list --target ${id}`,
    execution.status,
  );
}
