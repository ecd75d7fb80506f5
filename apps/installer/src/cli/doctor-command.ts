import { access, constants, stat } from 'node:fs/promises';
import type { InventoryServer } from '@mcp-coordinator/contract/inventory.contract';
import type { Executor } from '../changes/executor.ts';
import { resolveCommand } from '../inventory/resolve-command.ts';
import { takeInventory } from '../inventory/take-inventory.ts';
import { unwrapLaunch } from '../secrets/launcher-entry.ts';
import { EXIT, type Exit, type OutputOptions, printJson, type Terminal } from './terminal.ts';

/** One thing that was looked at. `problem` says what to do. */
export interface Check {
  readonly about: string;
  readonly state: 'ok' | 'warning' | 'problem';
  readonly found: string;
}

/** Looks at all that changes depend on, and at what the clients would run into. Changes and starts nothing. */
export async function doctorCommand(
  executor: Executor,
  terminal: Terminal,
  { json = false }: OutputOptions,
): Promise<Exit> {
  const checks = [
    ...(await foldersOf(executor)),
    await programOf(executor, 'npm', 'exact versions of npm packages cannot be looked up'),
    await programOf(executor, 'git', 'whether a file is tracked cannot be told'),
    ...approversOf(executor),
    ...(await interrupted(executor)),
    ...(await storeChecks(executor)),
    ...(await configured(executor)),
  ];
  if (json) printJson(terminal, { checks });
  else for (const { state, about, found } of checks) terminal.data(`${state.padEnd(8)}${about}: ${found}\n`);
  return checks.some(({ state }) => state === 'problem') ? EXIT.refused : EXIT.done;
}

async function foldersOf({ machine }: Executor): Promise<Check[]> {
  const { home, workspaces } = machine.roots;
  const roots = await Promise.all([home, ...workspaces].map((folder) => folderCheck(folder, constants.R_OK)));
  const mode = (await stat(machine.dataDir)).mode & 0o077;
  const open = machine.place.platform !== 'win32' && mode !== 0;
  const data = await folderCheck(machine.dataDir, constants.W_OK);
  return [
    ...roots,
    open ? { ...data, state: 'problem', found: `others may look into it. Run chmod 700 ${machine.dataDir}` } : data,
  ];
}

const folderCheck = (folder: string, mode: number): Promise<Check> =>
  access(folder, mode).then(
    (): Check => ({ about: folder, state: 'ok', found: mode === constants.W_OK ? 'can be written to' : 'can be read' }),
    (error: NodeJS.ErrnoException): Check => ({ about: folder, state: 'problem', found: error.code ?? error.message }),
  );

async function programOf({ machine }: Executor, name: string, without: string): Promise<Check> {
  const found = await resolveCommand(name, machine.environment['PATH'] ?? '', machine.executableExtensions);
  if (found === null) return { about: name, state: 'warning', found: `is not on PATH: ${without}` };
  return found.othersMayWrite
    ? { about: name, state: 'warning', found: `${found.path} may be replaced by others on this machine` }
    : { about: name, state: 'ok', found: found.path };
}

/** Only what is not as it was installed; what an installer left half made is dropped by itself. */
async function storeChecks({ packageStore }: Executor): Promise<Check[]> {
  const folders = (await packageStore.folders()).filter((folder) => !folder.endsWith('.new'));
  const problems = await Promise.all(folders.map((folder) => packageStore.problem(folder)));
  return folders.flatMap((about, index): Check[] => {
    const found = problems[index] ?? null;
    return found === null ? [] : [{ about, state: 'problem', found: `${found}. Install what uses it again` }];
  });
}

function approversOf({ approverKeys }: Executor): Check[] {
  if (approverKeys === null) return [];
  const { quorum, rpId, approvers } = approverKeys;
  const names = approvers.map(({ username, passkeys }) => `${username} (${passkeys.length})`).join(', ');
  return [{ about: 'approver keys', state: 'ok', found: `${quorum} of ${names} must have signed, at ${rpId}` }];
}

async function interrupted({ journal }: Executor): Promise<Check[]> {
  const open = (await journal.entries()).filter(({ apply }) => apply !== undefined && apply.outcome === null);
  return open.map(({ executionId, apply }) => ({
    about: apply?.undo?.path ?? executionId,
    state: 'problem',
    found: `a change was interrupted. Run mcp-installer undo ${executionId}`,
  }));
}

async function configured({ machine, secretStore }: Executor): Promise<Check[]> {
  const { files, servers } = await takeInventory(machine, () =>
    Promise.resolve({ status: 'unknown', reason: 'it was not started' }),
  );
  const broken = files.flatMap(({ path, problem }): Check[] => {
    const place = problem?.line === undefined ? '' : ` at line ${problem.line}, column ${problem.column ?? 1}`;
    return problem === undefined ? [] : [{ about: path, state: 'problem', found: `${problem.message}${place}` }];
  });
  const checks = await Promise.all(servers.map((server) => serverCheck(server, secretStore)));
  return [...broken, ...checks];
}

async function serverCheck(server: InventoryServer, secretStore: Executor['secretStore']): Promise<Check> {
  const about = `${server.name} (${server.client}/${server.scope})`;
  const { secretSet } = unwrapLaunch(server.launch);
  if (secretSet !== null && (await secretStore.read(secretSet)) === null)
    return { about, state: 'problem', found: `its secrets (${secretSet}) are not on this machine. Install it again` };
  if (!server.launch.enabled) return { about, state: 'ok', found: 'is switched off' };
  if (server.launch.command !== undefined && server.resolvedCommand === null)
    return { about, state: 'warning', found: `${server.launch.command} is not found on PATH` };
  return { about, state: 'ok', found: server.launch.url ?? server.resolvedCommand?.path ?? '' };
}
