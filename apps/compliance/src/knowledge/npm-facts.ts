import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SEVERITIES, type Severity } from '@mcp-coordinator/contract/findings.contract';
import type { PackageReference } from '../launch/fetched-package.ts';
import type { Advisory, AskFacts, PackageFacts, Unknown } from './package-facts.ts';

const ASK_MS_MAX = 20_000;
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;
const FIELDS = ['version', 'deprecated', 'dist.integrity', 'scripts', 'time', 'maintainers'];
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'];

/** What npm printed; undefined when it printed no JSON. */
type RunNpm = (args: readonly string[], folder: string) => Promise<unknown>;

/** Asks through this machine's own npm, so that its registry, proxy and certificates apply. Runs no script of a package. */
export const npmFacts =
  (run: RunNpm): AskFacts =>
  async (pkg) => {
    if (pkg.registry !== 'npm') return { unknown: `no registry of ${pkg.registry} packages is asked` };
    const folder = await mkdtemp(join(tmpdir(), 'facts-'));
    try {
      const viewed = await run(['view', `${pkg.name}@${pkg.version ?? 'latest'}`, ...FIELDS, '--json'], folder);
      const facts = readView(viewed);
      return facts === undefined
        ? { unknown: `the registry did not answer for ${pkg.name}` }
        : { ...facts, advisories: await askAdvisories(run, pkg, folder) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

/** The runner of the real npm. Never fails: what cannot be asked is answered by nothing. */
export const runNpm =
  (environment: Readonly<Record<string, string | undefined>>): RunNpm =>
  (args, cwd) =>
    new Promise((resolve) => {
      const options = { cwd, env: environment, timeout: ASK_MS_MAX, maxBuffer: ANSWER_BYTES_MAX };
      execFile('npm', [...args, '--fetch-retries=1', '--fetch-timeout=10000'], options, (_, stdout) =>
        resolve(parse(stdout)),
      );
    });

function parse(text: string): unknown {
  try {
    return text.trim() === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** A range that several versions meet answers a list, oldest first. */
export function readView(answer: unknown): Omit<PackageFacts, 'advisories'> | undefined {
  const view = fieldsOf(Array.isArray(answer) ? (answer as unknown[]).at(-1) : answer);
  const version = textOf(view['version']);
  if (version === null) return undefined;
  const maintainers = Array.isArray(view['maintainers']) ? (view['maintainers'] as unknown[]) : [];
  return {
    deprecated: textOf(view['deprecated']),
    integrity: textOf(view['dist.integrity']),
    hasInstallScripts: INSTALL_SCRIPTS.some((name) => Object.hasOwn(fieldsOf(view['scripts']), name)),
    publishedAt: textOf(fieldsOf(view['time'])[version]),
    maintainers: maintainers
      .map((one) => (typeof one === 'string' ? one : (textOf(fieldsOf(one)['name']) ?? '')).replace(/\s*<.*$/, ''))
      .filter((name) => name !== '')
      .sort(),
  };
}

/** By `npm audit` of a lock that names this one package; nothing is installed. */
async function askAdvisories(run: RunNpm, { name, version }: PackageReference, folder: string) {
  const manifest = { name: 'asks-only', private: true, dependencies: { [name]: version ?? 'latest' } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await run(['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund', '--json'], folder);
  return readAudit(await run(['audit', '--json'], folder), name);
}

export function readAudit(answer: unknown, name: string): readonly Advisory[] | Unknown {
  const audit = fieldsOf(answer);
  if (typeof audit['vulnerabilities'] !== 'object') return { unknown: 'the registry does not serve advisories' };
  const own = fieldsOf(fieldsOf(audit['vulnerabilities'])[name]);
  const via = Array.isArray(own['via']) ? (own['via'] as unknown[]) : [];
  const fixed = textOf(fieldsOf(own['fixAvailable'])['version']);
  return via.map(fieldsOf).flatMap((one): Advisory[] => {
    const title = textOf(one['title']);
    const id = textOf(one['url'])?.split('/').at(-1) ?? JSON.stringify(one['source'] ?? '');
    return title === null ? [] : [{ id, title, severity: severityOf(one['severity']), fixedIn: fixed }];
  });
}

/** npm says `moderate` where we say `medium`. */
const severityOf = (value: unknown): Severity =>
  value === 'moderate' ? 'medium' : (SEVERITIES.find((severity) => severity === value) ?? 'medium');
