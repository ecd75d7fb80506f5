import { readFileSync } from 'node:fs';
import { PRIORITIES, type Priority, proposeRemediationSchema } from '@mcp-coordinator/contract/remediations.contract';
import { type Command, Option } from 'commander';
import { CliError, usageError } from '../cli-error.ts';
import { accepted, type Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { reviewText } from '../review-text.ts';
import { print, table, visible } from '../terminal.ts';
import { addDecisionCommands } from './decisions.ts';

/** The road of a change. */
export function addRemediationCommands(program: Command, context: Context): void {
  const { terminal, signal } = context;
  program
    .command('propose')
    .description('propose a change from a file of the API’s form, or what mends an assessment’s findings')
    .option('--file <file>', 'the proposal as JSON')
    .option('--assessment <id>', 'let the compliance server propose for this assessment')
    .addOption(new Option('--priority <priority>').choices(PRIORITIES))
    .action((options: ProposeOptions) => propose(context, options));
  const group = program.command('remediations').description('proposals');
  group
    .command('list')
    .description('list the proposals, newest first')
    .action(async () => {
      const { remediations } = await accepted(context.client().listRemediations({}, { signal }));
      print(terminal, { remediations }, () =>
        table([
          ['ID', 'STATUS', 'PRIORITY', 'BY', 'TITLE'],
          ...remediations.map((one) => [one.proposalId, one.status, one.priority, one.proposedBy, one.title]),
        ]),
      );
    });
  group
    .command('show')
    .description('show what a proposal changes, why, how risky it is, and how it is undone')
    .argument('<id>')
    .action(async (id: string) => {
      const { success, ...proposal } = await accepted(context.client().showRemediation({ params: { id } }, { signal }));
      print(terminal, proposal, () => reviewText(proposal));
    });
  group
    .command('diff')
    .description('print the exact differences in files')
    .argument('<id>')
    .action(async (id: string) => {
      const { preview } = await accepted(context.client().showRemediation({ params: { id } }, { signal }));
      const diffs = preview.plans.map(({ actionId, diff }) => ({ actionId, diff }));
      print(terminal, { diffs }, () => diffs.map(({ diff }) => visible(diff)).join('\n'));
    });
  addDecisionCommands(program, context);
}

interface ProposeOptions {
  file?: string;
  assessment?: string;
  priority?: Priority;
}

async function propose(context: Context, { file, assessment, priority }: ProposeOptions): Promise<void> {
  const { terminal, signal } = context;
  if ((file === undefined) === (assessment === undefined))
    throw usageError('Say what to propose: --file FILE, or --assessment ID. Nothing was proposed.');
  const proposed =
    assessment === undefined
      ? await accepted(context.client().proposeRemediation({ body: proposalIn(file ?? '') }, { signal }))
      : await accepted(
          context
            .client()
            .generateRemediation({ body: { assessmentId: assessment, ...(priority ? { priority } : {}) } }, { signal }),
        );
  const { success, ...rest } = proposed;
  terminal.say(`Review it: mcp-coordinator remediations show ${proposed.proposalId}`);
  print(terminal, rest, () => proposed.proposalId);
}

function proposalIn(file: string) {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw usageError(`${file} cannot be read (${(error as Error).message}); nothing was proposed.`, 'Check the path.');
  }
  const parsed = proposeRemediationSchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `/${path.join('/')}: ${message}`).join('; ');
  throw new CliError(
    EXIT.usage,
    `${file} is no proposal: ${wrong}. Nothing was proposed.`,
    'Its form stands at /docs.',
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not a proposal; the schema says so.
    return undefined;
  }
}
