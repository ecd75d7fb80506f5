import {
  type Finding,
  SEVERITIES,
  type ServerResult,
  type Severity,
} from '@mcp-coordinator/contract/findings.contract';
import type { AssessedServer } from '@mcp-coordinator/contract/mcp.contract';
import { isAtLeast } from '@mcp-coordinator/core/findings/judge-findings';
import { assessServers } from '../assessment/assess-servers.ts';
import { EMPTY_STATE } from '../execution/compliance-state.ts';
import { knownConfigurations } from './known-files.ts';
import { readScanFile, type ScanFile } from './read-scan-file.ts';
import { scannedSnapshot } from './scanned-server.ts';

/** The command line was not understood. */
export class ScanUsageError extends Error {}

export interface ScanRequest {
  readonly files: readonly string[];
  readonly asJson: boolean;
  readonly failOn: string;
  readonly home: string;
  readonly workingFolder: string;
  readonly now: Date;
}
export interface ScanReport {
  readonly text: string;
  readonly exitCode: number;
}

/** One file and what was found on its servers. */
export interface ScannedFile {
  readonly file: string;
  readonly servers: readonly ({ readonly name: string } & ServerResult)[];
  /** Why it was not read. */
  readonly problem?: string;
}

const EXIT = { clean: 0, usage: 2, found: 8 } as const;

/** Judges files without a coordinator. Starts nothing and reaches nothing. */
export async function scan(request: ScanRequest): Promise<ScanReport> {
  const failOn = SEVERITIES.find((severity) => severity === request.failOn);
  if (failOn === undefined) throw new ScanUsageError(`--fail-on must be one of ${SEVERITIES.join(', ')}`);
  const names =
    request.files.length > 0 ? request.files : await knownConfigurations(request.home, request.workingFolder);
  const files: ScannedFile[] = [];
  for (const file of names) files.push(await judgeFile(file, request.now));
  return {
    text: request.asJson ? `${JSON.stringify({ files }, null, 2)}\n` : readable(files),
    exitCode: exitCodeOf(files, failOn),
  };
}

/** Judges the servers of one file by themselves. */
export async function judgeFile(file: string, now: Date): Promise<ScannedFile> {
  const read = await readScanFile(file);
  if (!read.ok) return { file, servers: [], problem: read.refusal };
  const servers = assessedServers(read.value);
  const results = await assessServers({
    servers,
    protectedPaths: [],
    includeDetails: true,
    state: EMPTY_STATE,
    now,
    commandsLookedUp: false,
    clientsKnown: read.value.servers.every(({ client }) => client !== null),
  });
  return {
    file,
    servers: servers.flatMap(({ key, snapshot }) => {
      const result = results.servers[key];
      return result === undefined || snapshot === null ? [] : [{ name: snapshot.name, ...result }];
    }),
  };
}

/** Names may repeat in a file; keys may not. */
function assessedServers({ servers, mode }: ScanFile): AssessedServer[] {
  const seen = new Map<string, number>();
  return servers.map((scanned) => {
    const times = (seen.get(scanned.name) ?? 0) + 1;
    seen.set(scanned.name, times);
    const key = times === 1 ? scanned.name : `${scanned.name} (${times})`;
    return { key, snapshot: scannedSnapshot(scanned), installerId: 'scan', file: { mode, gitTracked: 'unknown' } };
  });
}

function exitCodeOf(files: readonly ScannedFile[], failOn: Severity): number {
  if (files.some(({ problem }) => problem !== undefined)) return EXIT.usage;
  const worst = files.flatMap(({ servers }) => servers.flatMap(({ findings = [] }) => findings));
  return worst.some(({ severity }) => isAtLeast(severity, failOn)) ? EXIT.found : EXIT.clean;
}

function readable(files: readonly ScannedFile[]): string {
  if (files.length === 0) return 'No client configuration was found on this machine.\n';
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

function placeOf({ location: { tool, field, pointer } }: Finding): string {
  const place = [tool, field ?? pointer].filter((part) => part !== undefined && part !== '').join(' ');
  return place === '' ? '' : `${place}: `;
}
