import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { InventoryServer } from '@mcp-coordinator/contract/inventory.contract';
import { diffDefinitions, pinnable } from '../execution/pinned-definitions.ts';
import { packageReference } from '../launch/package-reference.ts';
import { unwrapCommand } from '../launch/unwrap-command.ts';
import { askProcess, type Caller } from './ask-server.ts';
import { type FetchedPackage, fetchPackage } from './fetch-package.ts';
import type { ProbeOptions } from './probe-options.ts';
import { probeRemote } from './probe-remote.ts';
import type { ProbeReport } from './probe-report.ts';
import { readTrace, TRACE_ARGS } from './read-trace.ts';
import { canTrace, sandboxArgv, whyNoSandbox } from './sandbox.ts';

const CALLERS: readonly [Caller, Caller] = [
  { name: 'mcp-compliance', mode: 'auto' },
  { name: 'claude-ai', mode: 'legacy' },
];
const unknown = (reason: string): ProbeReport => ({ status: 'unknown', reason, integrity: null });

/** Fetches a server's package, starts it where it can harm nobody, asks it as two callers, and ends it. */
export async function probeServer(server: InventoryServer, options: ProbeOptions): Promise<ProbeReport> {
  if (server.launch.url !== undefined) return probeRemote(server.launch, options);
  const invocation = unwrapCommand(server.launch);
  const pkg = invocation === undefined ? undefined : packageReference(invocation);
  if (pkg === undefined) return unknown('it comes from no registry: what stands on this machine is not started');
  const folder = await mkdtemp(join(tmpdir(), 'probe-'));
  try {
    const home = join(folder, 'home');
    await furnishHome(home);
    const refused = options.unsandboxed ? undefined : whyNoSandbox(home);
    if (refused !== undefined) return unknown(`${refused}; --unsandboxed would start it all the same`);
    const fetched = await fetchPackage(pkg, join(folder, 'package'), options.environment);
    if (!fetched.ok) return unknown(fetched.refusal);
    const args = pkg.rest.map(({ value }) => value);
    return await probeFetched(fetched.value, args, server.launch.env ?? {}, folder, home, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Things that an honest server never opens, without anything of worth in them. */
const BAIT = ['.ssh/id_rsa', '.aws/credentials', '.netrc', '.env', '.config/gh/hosts.yml'];

async function furnishHome(home: string): Promise<void> {
  for (const name of BAIT) {
    await mkdir(join(home, dirname(name)), { recursive: true });
    await writeFile(join(home, name), 'bait\n', { mode: 0o644 });
  }
}

async function probeFetched(
  fetched: FetchedPackage,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  folder: string,
  home: string,
  options: ProbeOptions,
): Promise<ProbeReport> {
  const argv = [process.execPath, fetched.program, ...args];
  const trace = join(folder, 'trace');
  const watches = !options.unsandboxed && canTrace();
  const command = (watched: boolean): [string, ...string[]] => {
    const inside = options.unsandboxed
      ? argv
      : sandboxArgv({ packageFolder: fetched.folder, home, network: options.network, variables: env, argv });
    return (watched ? ['strace', ...TRACE_ARGS, '-o', trace, ...inside] : inside) as [string, ...string[]];
  };
  const start = ([program, ...rest]: readonly string[], caller: Caller) =>
    askProcess(
      {
        command: program ?? '',
        args: rest,
        cwd: home,
        env: { PATH: options.environment['PATH'] ?? '', HOME: home, ...(options.unsandboxed ? env : {}) },
      },
      caller,
      options.timeoutMs,
    );
  const first = await start(command(watches), CALLERS[0]);
  const { integrity } = fetched;
  if (!first.ok) return { status: 'failed', reason: first.refusal, integrity };
  const second = await start(command(false), CALLERS[1]);
  const { definitions, differences } = first.value;
  const other = second.ok ? diffDefinitions(pinnable(definitions), pinnable(second.value.definitions)) : [];
  const attempts = watches
    ? readTrace(await readFile(trace, 'latin1'), {
        home,
        packageFolder: fetched.folder,
        node: process.execPath,
        program: fetched.program,
      })
    : { unknown: options.unsandboxed ? 'it was started without the sandbox' : 'this machine has no strace' };
  return {
    status: 'probed',
    definitions,
    differences: [
      ...differences,
      ...other.map((change) => ({ when: `for a client called ${CALLERS[1].name}`, change })),
    ],
    attempts,
    integrity,
    remote: null,
  };
}
