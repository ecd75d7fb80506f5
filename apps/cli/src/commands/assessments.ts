import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { REPORT_FORMATS, type ReportFormat } from '@mcp-coordinator/contract/assessments.contract';
import { SEVERITIES, type Severity } from '@mcp-coordinator/contract/findings.contract';
import { type Command, Option } from 'commander';
import { CliError } from '../cli-error.ts';
import { accepted, type Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { print, table } from '../terminal.ts';
import { waitUntil } from '../wait-until.ts';

interface AssessOptions {
  wait?: boolean;
  failOn?: Severity;
  type: 'compliance' | 'security' | 'configuration';
}

/** What is configured, and what is wrong with it. */
export function addAssessmentCommands(program: Command, context: Context): void {
  const { terminal, signal } = context;
  program
    .command('servers')
    .description('list the registered installers and compliance servers')
    .action(async () => {
      const { servers } = await accepted(context.client().listServers({}, { signal }));
      print(terminal, { servers }, () =>
        table([
          ['ID', 'KIND', 'STATUS', 'MCP SERVERS', 'WHY'],
          ...servers.map(({ id, kind, status, mcpServers, reason }) => [id, kind, status, mcpServers, reason]),
        ]),
      );
    });
  program
    .command('assess')
    .description('judge MCP servers: those named, else all')
    .argument('[servers...]')
    .addOption(new Option('--type <type>').choices(['compliance', 'security', 'configuration']).default('compliance'))
    .option('--wait', 'wait for the results')
    .addOption(new Option('--fail-on <severity>', 'with --wait: exit with 8 at or above this').choices(SEVERITIES))
    .action((servers: string[], options: AssessOptions) => assess(context, servers, options));
  program
    .command('findings')
    .description('list what an assessment found; the newest one, where none is named')
    .argument('[assessment]')
    .action(async (assessment?: string) => {
      const id = assessment ?? (await newestAssessment(context));
      const shown = await showAssessment(context, id);
      print(terminal, { assessmentId: id, findings: shown.findings }, () => findingsTable(shown.findings));
    });
  program
    .command('report')
    .description('print the report of an assessment, or write it to a file')
    .argument('<assessment>')
    .addOption(new Option('--format <format>').choices(REPORT_FORMATS).default('json'))
    .option('--output <file>')
    .action(async (id: string, { format, output }: { format: ReportFormat; output?: string }) => {
      const file = await accepted(
        context.client().exportAssessmentReport({ params: { id }, query: { format } }, { signal }),
      );
      if (output === undefined) terminal.data(await file.text());
      else writeFileSync(output, Buffer.from(await file.arrayBuffer()));
    });
}

async function assess(context: Context, targetServers: string[], options: AssessOptions): Promise<void> {
  const { terminal, signal } = context;
  const body = {
    requestId: `cli-${randomUUID()}`,
    assessmentType: options.type,
    options: { includeDetails: true, generateReport: true, autoApprove: false },
    targetServers,
  };
  const { assessmentId, status } = await accepted(context.client().requestAssessment({ body }, { signal }));
  if (!options.wait) {
    print(terminal, { assessmentId, status }, () => assessmentId);
    return;
  }
  terminal.say(`${assessmentId} is under way …`);
  const shown = await waitUntil(async () => {
    const seen = await showAssessment(context, assessmentId);
    return ['pending', 'running'].includes(seen.status) ? undefined : seen;
  }, signal);
  print(terminal, { assessmentId, status: shown.status, summary: shown.summary, findings: shown.findings }, () =>
    findingsTable(shown.findings),
  );
  if (shown.status === 'failed') {
    throw new CliError(
      EXIT.failure,
      `The assessment failed: ${shown.reason}.`,
      'See the servers: mcp-coordinator servers',
    );
  }
  const worst = options.failOn;
  const bad = worst ? shown.findings.filter(({ severity }) => atLeast(severity, worst)) : [];
  if (bad.length > 0) {
    const next = `Propose what mends them: mcp-coordinator propose --assessment ${assessmentId}`;
    throw new CliError(EXIT.findings, `Findings at or above ${worst}: ${bad.length}.`, next, 'findings');
  }
}

/** `SEVERITIES` begins with the worst. */
const atLeast = (severity: Severity, bound: Severity): boolean =>
  SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(bound);

async function newestAssessment(context: Context): Promise<string> {
  const { assessments } = await accepted(
    context.client().listAssessments({ query: { limit: 1 } }, { signal: context.signal }),
  );
  const [newest] = assessments;
  if (newest) return newest.assessmentId;
  throw new CliError(
    EXIT.notFound,
    'Nothing was assessed yet.',
    'Begin with: mcp-coordinator assess --wait',
    'not_found',
  );
}

async function showAssessment(context: Context, id: string) {
  const shown = await accepted(context.client().showAssessment({ params: { id } }, { signal: context.signal }));
  const { status, summary, reason, results } = shown;
  const findings = Object.entries(results?.servers ?? {}).flatMap(([server, judged]) =>
    (judged.findings ?? []).map((finding) => ({ server, ...finding })),
  );
  return { status, summary, reason, findings };
}

const findingsTable = (
  findings: readonly { severity: string; server: string; issue: string; title: string }[],
): string =>
  findings.length === 0
    ? 'No findings.'
    : table([
        ['SEVERITY', 'SERVER', 'ISSUE', 'WHAT'],
        ...findings.map(({ severity, server, issue, title }) => [severity, server, issue, title]),
      ]);
