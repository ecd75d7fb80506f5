import type { Figure } from './bench-place.ts';
import type { StartFigure } from './measure-starts.ts';

export interface Measured {
  readonly machine: string;
  readonly figures: readonly Figure[];
  readonly starts: readonly StartFigure[];
  /** Median over the servers: how many times faster managed is than npx, warm. */
  readonly faster: number;
  readonly floor: number;
}

/** The page that a run of the bench writes. */
export function pageOf({ machine, figures, starts, faster, floor }: Measured): string {
  const rows = starts.map(({ server, managed, npx, firstManaged, firstNpx }) => [
    `\`${server}\``,
    ...[managed, npx].map((value) => value.toFixed(0)),
    (npx / managed).toFixed(1),
    ...[firstManaged, firstNpx].map((value) => value.toFixed(0)),
  ]);
  return `# Performance of the installer

Written by \`npm run bench -w @mcp-coordinator/installer\`, which fails below the floor. Numbers are medians of one run on one machine, ${machine}; other machines have others.

${table(
  ['what', 'takes'],
  figures.map(({ what, value, unit }) => [what, `${value.toFixed(0)} ${unit}`]),
)}

From the approved plan to the listed tools, in milliseconds: the package is there or is fetched, the file is written, the server is started and asked for its tools. Both ways were measured in turns. The first time includes the download, with an empty npm cache for whichever comes first.

${table(['server', 'managed', 'npx', 'times faster', 'managed, first', 'npx, first'], rows)}

Managed is ${faster.toFixed(1)} times faster (median over the servers); the floor is ${floor}.
`;
}

/** A table of Markdown, its columns aligned. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
