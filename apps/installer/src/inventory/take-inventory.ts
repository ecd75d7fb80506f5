import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type {
  Definitions,
  Inventory,
  InventoryFile,
  InventoryServer,
} from '@mcp-coordinator/contract/inventory.contract';
import { toPointer } from '@mcp-coordinator/core/configuration/json-pointer';
import { maskLaunch, observeEntry } from '@mcp-coordinator/core/configuration/observe';
import { passedOn } from '../capture/environment.ts';
import { ownFolders } from '../files/own-folders.ts';
import type { Machine } from '../machine.ts';
import { unwrapLaunch } from '../secrets/launcher-entry.ts';
import { type ConfiguredServer, serversIn } from './configured-servers.ts';
import { discoverFiles } from './discover-files.ts';
import { gitTracked, type Tracked } from './git-tracked.ts';
import { inTurns } from './in-turns.ts';
import { stableText } from './keyed-hash.ts';
import { type OpenedConfig, openConfig } from './open-config.ts';
import { reachedPaths } from './reached-paths.ts';
import { resolveCommand } from './resolve-command.ts';
import { sectionHash } from './section-hash.ts';

/** Asked for each server: from memory, or by starting it. */
export type AskDefinitions = (server: ConfiguredServer) => Promise<Definitions>;

/** The contract's bounds; a machine beyond them is reported as far as they go. */
const FILES_MAX = 2000;
const SERVERS_MAX = 5000;
/** Files open at the same time. */
const AT_ONCE = 32;

/** Every configuration file that is there, whether it parses or not. */
async function existingConfigs(machine: Pick<Machine, 'place' | 'roots'>): Promise<OpenedConfig[]> {
  const files = await discoverFiles(machine);
  const opened = await inTurns(files, AT_ONCE, (file) => openConfig(file, machine.roots));
  return opened.flatMap((result) => (result.ok && isThere(result.value) ? [result.value] : []));
}

/** A local section is there only where it holds servers: its file is listed for the user's scope in any case. */
function isThere({ file, bytes, problem, document }: OpenedConfig): boolean {
  if (file.scope === 'local') return document !== null && serversIn(file, document.value).length > 0;
  return bytes !== null || problem !== null;
}

/** A server with the place of its entry in the file. */
type PlacedServer = ConfiguredServer & { readonly pointer: string };

/** Every server of those files, secrets in clear. */
const configuredServers = (configs: readonly OpenedConfig[]): PlacedServer[] =>
  configs.flatMap(({ file, document }) =>
    document === null
      ? []
      : serversIn(file, document.value).map((server) => ({
          ...server,
          pointer: toPointer(document.locate([...server.root, server.name])),
        })),
  );

/** Finds and reports what this machine's clients are configured to start, secrets masked (CONTRACT §5). */
export async function takeInventory(machine: Machine, definitionsOf: AskDefinitions): Promise<Inventory> {
  const configs = (await existingConfigs(machine)).slice(0, FILES_MAX);
  const servers = configuredServers(configs).slice(0, SERVERS_MAX);
  const places = configs.map(({ at }) => at.realPath);
  const tracked = await gitTracked(places, passedOn(machine.environment));
  return {
    takenAt: new Date(machine.clock.now()).toISOString(),
    host: { platform: machine.place.platform, hostname: machine.hostname },
    roots: { home: machine.roots.home, workspaces: [...machine.roots.workspaces], own: await ownFolders(machine) },
    files: await inTurns(configs, AT_ONCE, (config) => describeFile(config, machine, tracked)),
    servers: await Promise.all(servers.map((server) => describeServer(server, machine, definitionsOf))),
  };
}

async function describeFile(
  { file, at, document, problem }: OpenedConfig,
  machine: Machine,
  tracked: ReadonlyMap<string, Tracked>,
): Promise<InventoryFile> {
  const mode = machine.place.platform === 'win32' ? null : await modeOf(at.realPath);
  return {
    client: file.client,
    scope: file.scope,
    path: file.path,
    sectionHash: document === null ? null : sectionHash(file, document.value, machine.keyedHash),
    mode,
    gitTracked: tracked.get(at.realPath) ?? 'unknown',
    ...(problem === null ? {} : { problem }),
  };
}

const modeOf = (path: string): Promise<string | null> =>
  stat(path).then(
    ({ mode }) => `0${(mode & 0o777).toString(8).padStart(3, '0')}`,
    () => null,
  );

async function describeServer(
  server: PlacedServer,
  machine: Machine,
  definitionsOf: AskDefinitions,
): Promise<InventoryServer> {
  const { file, name, pointer, entry, launch } = server;
  const { command } = launch;
  const searchPath = launch.env?.['PATH'] ?? machine.environment['PATH'] ?? '';
  return {
    name,
    client: file.client,
    scope: file.scope,
    path: file.path,
    pointer,
    ...observeEntry(entry, launch, machine.keyedHash),
    ...(await reachesOf(server, machine)),
    resolvedCommand:
      command === undefined ? null : await resolveCommand(command, searchPath, machine.executableExtensions),
    hash: machine.keyedHash(stableText(entry)),
    definitions: await definitionsOf(server),
  };
}

const REACHES_MAX = 200;

/** What a rule could not see from the text: masked first, and only what is there, so that no value is told in another form. */
async function reachesOf({ file, launch }: PlacedServer, machine: Machine): Promise<Pick<InventoryServer, 'reaches'>> {
  const inner = unwrapLaunch(launch).launch;
  const launcherWords = (launch.args?.length ?? 0) - (inner.args?.length ?? 0);
  // Pointers lead into the entry as it stands, with the launcher's own words before what it starts.
  const asWritten = (pointer: string): string =>
    pointer.replace(/^\/args\/(\d+)/, (_, index: string) => `/args/${Number(index) + launcherWords}`);
  const reached = await reachedPaths(maskLaunch(inner), file, machine);
  const reaches = reached
    .filter(({ certain, text, path }) => certain && path !== text && existsSync(path))
    .map(({ pointer, path }) => ({ pointer: asWritten(pointer), path }));
  return reaches.length === 0 ? {} : { reaches: reaches.slice(0, REACHES_MAX) };
}
