import { SEVERITIES, type Severity } from '@mcp-coordinator/contract/findings.contract';
import { isAtLeast } from '@mcp-coordinator/core/findings/judge-findings';
import { assessServers } from '../assessment/assess-servers.ts';
import { EMPTY_STATE } from '../execution/compliance-state.ts';
import { gatherKnowledge } from '../knowledge/gather-knowledge.ts';
import type { Policy } from '../policies/policy.ts';
import { readPolicy } from '../policies/read-policy.ts';
import { assessedServers } from './assessed-servers.ts';
import { knownConfigurations } from './known-files.ts';
import { probeAll, withCapture } from './probe-all.ts';
import { readScanFile } from './read-scan-file.ts';
import { sarifReport } from './sarif-report.ts';
import type { OnProbed, ScanProbe } from './scan-probe.ts';
import type { ScannedFile } from './scanned-file.ts';
import { markdownReport, textReport } from './text-report.ts';

/** The command line was not understood. */
export class ScanUsageError extends Error {}

/** `text` for a terminal, `json` as RULES.md has it, SARIF 2.1.0, or Markdown. */
export type ScanFormat = 'text' | 'json' | 'sarif' | 'markdown';

export interface ScanRequest {
  readonly files: readonly string[];
  readonly format: ScanFormat;
  /** Absent, the policy decides. */
  readonly failOn?: string | undefined;
  /** The name of a policy that ships, or a YAML file. */
  readonly policy?: string | undefined;
  /** Starts and reaches servers, and asks registries; absent, nothing is started and nothing reached. */
  readonly probe?: ScanProbe | undefined;
  readonly onProgress?: OnProbed | undefined;
  readonly home: string;
  readonly workingFolder: string;
  readonly now: Date;
}
export interface ScanReport {
  readonly text: string;
  readonly exitCode: number;
}

const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const RENDERERS: Readonly<Record<ScanFormat, (files: readonly ScannedFile[]) => string>> = {
  text: textReport,
  json: (files) => asJson({ files }),
  sarif: (files) => asJson(sarifReport(files)),
  markdown: markdownReport,
};

const EXIT = { clean: 0, usage: 2, found: 8 } as const;

/** Judges files without a coordinator. Without a probe it starts nothing and reaches nothing. */
export async function scan(request: ScanRequest): Promise<ScanReport> {
  const policy = await readPolicy(request.policy ?? 'default');
  if (!policy.ok) throw new ScanUsageError(policy.refusal);
  const failOn = SEVERITIES.find((severity) => severity === (request.failOn ?? policy.value.failOn));
  if (failOn === undefined) throw new ScanUsageError(`--fail-on must be one of ${SEVERITIES.join(', ')}`);
  const names =
    request.files.length > 0 ? request.files : await knownConfigurations(request.home, request.workingFolder);
  const files: ScannedFile[] = [];
  for (const file of names) files.push(await judgeFile(file, request.now, policy.value, request));
  return {
    text: RENDERERS[request.format](files),
    exitCode: exitCodeOf(files, failOn),
  };
}

/** Judges the servers of one file by themselves. */
export async function judgeFile(
  file: string,
  now: Date,
  policy?: Policy,
  { probe, onProgress }: Pick<ScanRequest, 'probe' | 'onProgress'> = {},
): Promise<ScannedFile> {
  const read = await readScanFile(file);
  if (!read.ok) return { file, servers: [], problem: read.refusal };
  const scanned = assessedServers(read.value);
  const probes = probe === undefined ? undefined : await probeAll(scanned, probe, onProgress);
  const servers = probes === undefined ? scanned : scanned.map((one) => withCapture(one, probes.get(one.key)));
  const results = await assessServers({
    servers,
    protectedPaths: [],
    includeDetails: true,
    state: EMPTY_STATE,
    now,
    policy,
    probes,
    knowledge: probe === undefined ? undefined : await gatherKnowledge(servers, probe.ask),
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

function exitCodeOf(files: readonly ScannedFile[], failOn: Severity): number {
  if (files.some(({ problem }) => problem !== undefined)) return EXIT.usage;
  const worst = files.flatMap(({ servers }) => servers.flatMap(({ findings = [] }) => findings));
  return worst.some(({ severity, waived }) => waived === undefined && isAtLeast(severity, failOn))
    ? EXIT.found
    : EXIT.clean;
}
