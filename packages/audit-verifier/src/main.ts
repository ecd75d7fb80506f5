import { parseArgs } from 'node:util';
import { type FileReport, UsageError, verifyFiles } from './verify-files.ts';

const USAGE = `Usage: mcp-audit-verify FILE… [--key KEY…] [--checkpoint FILE] [--json]

Verifies exports of the audit log (format=bundle) and archives, compressed or not, without asking anybody.
  --key KEY          a verifier key (name+hash+base64), or a file with one a line; of the log, or of a witness
  --checkpoint FILE  a checkpoint that you, or a witness, kept elsewhere
  --json             the reports as JSON

Exits 0 when everything verifies, 1 when something does not, 2 when nothing could be verified.
`;

function describe(report: FileReport): string {
  const { file, valid, first, end, records, erased, size, rootHash, problems, unknown } = report;
  const lines = [
    `${valid ? '✓' : '✕'} ${file}: ${records} records, leaves ${first} to ${end}, in a log of ${size}`,
    ...(rootHash === null ? [] : [`  root ${rootHash}`]),
    ...(erased > 0 ? [`  ${erased} with erased details`] : []),
    ...problems.map(({ leafIndex, problem }) => `  ✕ ${leafIndex === null ? '' : `leaf ${leafIndex}: `}${problem}`),
    ...unknown.map((what) => `  ? not shown: ${what}`),
  ];
  return `${lines.join('\n')}\n`;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      key: { type: 'string', multiple: true, default: [] },
      checkpoint: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help || positionals.length === 0) {
    process.stdout.write(USAGE);
    return values.help ? 0 : 2;
  }
  const reports = await verifyFiles({ files: positionals, keys: values.key, checkpoint: values.checkpoint });
  process.stdout.write(values.json ? `${JSON.stringify(reports, null, 2)}\n` : reports.map(describe).join(''));
  return reports.every(({ valid }) => valid) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  const known = error instanceof UsageError || (error instanceof TypeError && 'code' in error);
  const { message, stack } = error as Error;
  process.stderr.write(`${known || 'code' in (error as object) ? message : stack}\n`);
  process.exitCode = 2;
}
