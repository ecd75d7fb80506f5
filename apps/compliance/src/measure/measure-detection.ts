import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Finding } from '@mcp-coordinator/contract/findings.contract';
import { isAtLeast } from '@mcp-coordinator/core/findings/judge-findings';
import { judgeFile } from '../scan/scan.ts';

/** One labelled case and what was made of it. */
export interface MeasuredCase {
  readonly name: string;
  readonly hostile: boolean;
  /** Some server of the case has a finding of `high` or `critical`. */
  readonly caught: boolean;
  readonly findings: readonly Finding[];
  /** Why the file could not be judged; such a case counts as not caught. */
  readonly problem?: string;
}

const LABELS = ['malicious', 'benign'] as const;

/** Judges every case of a folder that holds `malicious/` and `benign/`, one file a case, in the order of their names. */
export async function measureDetection(folder: string, now: Date): Promise<MeasuredCase[]> {
  const cases: MeasuredCase[] = [];
  for (const label of LABELS) {
    const files = await readdir(join(folder, label)).catch(() => []);
    for (const file of files.filter((name) => name.endsWith('.json')).sort())
      cases.push(await measureFile(join(folder, label, file), label === 'malicious', now));
  }
  return cases;
}

async function measureFile(file: string, hostile: boolean, now: Date): Promise<MeasuredCase> {
  const { servers, problem } = await judgeFile(file, now);
  const findings = servers.flatMap(({ findings: own = [] }) => own);
  const caught = findings.some(({ severity }) => isAtLeast(severity, 'high'));
  return { name: basename(file, '.json'), hostile, caught, findings, ...(problem === undefined ? {} : { problem }) };
}

const share = (part: number, whole: number): string =>
  whole === 0 ? 'no cases' : `${part}/${whole} = ${((100 * part) / whole).toFixed(1)} %`;

/** The figures, and each case that was judged wrongly with what was found on it. */
export function describeDetection(cases: readonly MeasuredCase[]): string {
  const hostile = cases.filter((one) => one.hostile);
  const honest = cases.filter((one) => !one.hostile);
  const missed = hostile.filter(({ caught }) => !caught);
  const alarms = honest.filter(({ caught }) => caught);
  return [
    `recall       ${share(hostile.length - missed.length, hostile.length)}`,
    `false alarms ${share(alarms.length, honest.length)}`,
    ...missed.map((one) => `missed       ${one.name}${whatWasFound(one)}`),
    ...alarms.map((one) => `false alarm  ${one.name}${whatWasFound(one)}`),
    '',
  ].join('\n');
}

function whatWasFound({ findings, problem }: MeasuredCase): string {
  if (problem !== undefined) return `\n    ${problem}`;
  return findings
    .filter(({ severity }) => severity !== 'info')
    .slice(0, 5)
    .map(({ rule, severity, evidence }) => `\n    ${rule} ${severity}: ${evidence.slice(0, 200)}`)
    .join('');
}
