import { type Command, Option } from 'commander';
import { CliError } from '../cli-error.ts';
import { accepted, type Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { print, table } from '../terminal.ts';

interface ListOptions {
  actor?: string;
  target?: string;
  limit: string;
}

/** Who did what, and that the log says so truly; and what needs looking after. */
export function addAuditCommands(audit: Command, program: Command, context: Context): void {
  const { terminal, signal } = context;
  audit
    .command('list')
    .description('list the newest records')
    .option('--actor <name>')
    .option('--target <id>')
    .option('--limit <count>', 'how many, up to 200', '20')
    .action(async ({ limit, ...filters }: ListOptions) => {
      const query = { limit: Number(limit), ...filters };
      const { logs, total } = await accepted(context.client().listAuditLogs({ query }, { signal }));
      print(terminal, { logs, total }, () =>
        table([
          ['TIME', 'ACTOR', 'ACTION', 'TARGET', 'RESULT', 'ID'],
          ...logs.map(({ timestamp, actor, action, target, result, id }) => [
            timestamp,
            actor,
            action,
            target,
            result,
            id,
          ]),
        ]),
      );
    });
  audit
    .command('show')
    .description('show a record as it was hashed, with its proof against the newest checkpoint')
    .argument('<id>')
    .action(async (id: string) => {
      const { success, ...proof } = await accepted(context.client().proveAuditLog({ params: { id } }, { signal }));
      print(terminal, proof, () =>
        [proof.leaf, `Leaf ${proof.leafIndex} of ${proof.treeSize}, root ${proof.rootHash}`, proof.checkpoint].join(
          '\n',
        ),
      );
    });
  audit
    .command('verify')
    .description('verify the whole log; exits with 9 when it does not')
    .action(async () => {
      const { success, ...verified } = await accepted(context.client().verifyAudit({}, { signal }));
      print(terminal, verified, () =>
        verified.valid
          ? `The log verifies: ${verified.size} records, root ${verified.rootHash}.`
          : table(verified.problems.map(({ leafIndex, recordId, problem }) => [leafIndex, recordId, problem])),
      );
      if (!verified.valid) {
        throw new CliError(
          EXIT.auditIntegrity,
          `The audit log does not verify: ${verified.problems.length} problems.`,
          'Keep the database as it is, and compare it with a backup and the checkpoints that were kept elsewhere.',
          'audit_integrity',
        );
      }
    });
  audit
    .command('export')
    .addOption(new Option('--format <format>').choices(['jsonl', 'csv', 'ocsf']).default('jsonl'))
    .action(async ({ format }: { format: 'jsonl' | 'csv' | 'ocsf' }) => {
      const file = await accepted(context.client().exportAudit({ query: { format } }, { signal }));
      for await (const chunk of file.body ?? []) terminal.data(new TextDecoder().decode(chunk, { stream: true }));
    });
  program
    .command('alerts')
    .description('list alerts, newest first')
    .action(async () => {
      const { alerts } = await accepted(context.client().listAlerts({}, { signal }));
      print(terminal, { alerts }, () =>
        table([
          ['ID', 'STATE', 'SEVERITY', 'CONDITION', 'SERVER', 'SINCE'],
          ...alerts.map((one) => [one.id, one.state, one.severity, one.condition, one.server, one.startedAt]),
        ]),
      );
    });
}
