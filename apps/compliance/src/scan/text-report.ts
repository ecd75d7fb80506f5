import type { Finding } from '@mcp-coordinator/contract/findings.contract';
import type { ScannedFile } from './scanned-file.ts';

const NOTHING = 'No client configuration was found on this machine.\n';

/** The report for a terminal. */
export function textReport(files: readonly ScannedFile[]): string {
  if (files.length === 0) return NOTHING;
  return files
    .map(({ file, servers, problem }) => [problem ?? file, ...servers.flatMap(serverLines), ''].join('\n'))
    .join('\n');
}

const serverLines = ({ name, status, findings = [], unknowns = [] }: ScannedFile['servers'][number]): string[] => [
  `  ${name}: ${status.replaceAll('_', '-')}`,
  ...findings.map(
    (finding) =>
      `    ${finding.severity.padEnd(8)} ${finding.rule} ${finding.title} – ${placeOf(finding)}${finding.evidence}`,
  ),
  ...unknowns.map(({ rule, reason }) => `    unknown  ${rule} ${reason}`),
];

function placeOf(finding: Finding): string {
  const place = partsOf(finding).join(' ');
  return place === '' ? '' : `${place}: `;
}

const partsOf = ({ location: { tool, field, pointer } }: Finding): string[] =>
  [tool, field ?? pointer].filter((part) => part !== undefined && part !== '') as string[];

/** The report as Markdown: a table a server, and what could not be determined. */
export function markdownReport(files: readonly ScannedFile[]): string {
  if (files.length === 0) return NOTHING;
  return `# MCP compliance\n\n${files.map(markdownFile).join('\n')}`;
}

const markdownFile = ({ file, servers, problem }: ScannedFile): string =>
  [
    `## ${escaped(file)}`,
    '',
    ...(problem === undefined ? [] : [escaped(problem), '']),
    ...servers.flatMap(markdownServer),
  ].join('\n');

function markdownServer({ name, status, findings = [], unknowns = [] }: ScannedFile['servers'][number]): string[] {
  const rows = findings.map(
    (finding) =>
      `| ${finding.severity} | ${finding.rule} | ${escaped(finding.title)} | ${escaped(partsOf(finding).join(' '))} | ${escaped(finding.evidence)} | ${escaped(finding.fix.text)} |`,
  );
  const table = [
    '| severity | rule | what | where | evidence | fix |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ];
  return [
    `### ${escaped(name)}: ${status.replaceAll('_', '-')}`,
    '',
    ...(rows.length === 0 ? ['No findings.', ''] : table),
    ...unknowns.map(({ rule, reason }) => `- unknown: ${rule} ${escaped(reason)}`),
    ...(unknowns.length === 0 ? [] : ['']),
  ];
}

/** Evidence is hostile text: it must not become a link, an image, HTML or a new row. */
const escaped = (text: string): string =>
  text.replace(/[\\`*_{}[\]()#+!|<>~]/g, (sign) => (sign === '<' ? '&lt;' : `\\${sign}`)).replace(/\s+/g, ' ');
