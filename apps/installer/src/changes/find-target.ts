import { isDeepStrictEqual } from 'node:util';
import type { Target } from '@mcp-coordinator/contract/actions.contract';
import { clientIdSchema, scopeSchema } from '@mcp-coordinator/contract/inventory.contract';
import { refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { ConfigFile } from '../clients/client-files.ts';
import { knownFile } from '../clients/known-clients.ts';
import { type ConfiguredServer, serversIn } from '../inventory/configured-servers.ts';
import { discoverFiles } from '../inventory/discover-files.ts';
import { type OpenedConfig, placeOf } from '../inventory/open-config.ts';
import type { ChangeRefusal, Desk } from './draft.ts';
import { mayChange } from './may-change.ts';

type Found<T> = Promise<Result<T, ChangeRefusal>>;

/** A server in a file that may be changed. */
export interface FoundServer extends ConfiguredServer {
  readonly config: OpenedConfig;
}

const keyOf = (installerId: string, { file, name }: ConfiguredServer): string =>
  `${installerId}/${file.client}/${file.scope}/${name}`;

/** `client/scope/name` out of `installerId/client/scope/name`, or undefined for a plain name. */
function partsOf(serverName: string, installerId: string): { client: string; scope: string; name: string } | undefined {
  const [installer, client = '', scope = '', ...name] = serverName.split('/');
  const isKey =
    installer === installerId &&
    clientIdSchema.safeParse(client).success &&
    scopeSchema.safeParse(scope).success &&
    name.length > 0;
  return isKey ? { client, scope, name: name.join('/') } : undefined;
}

/** The file of a named target. */
export function targetFile(target: Target, { machine }: Desk): Result<ConfigFile, ChangeRefusal> {
  if (target.installerId !== machine.installerId) {
    return deny(
      refuse(
        'action_refused',
        `The action is meant for the installer ${target.installerId}; this one is ${machine.installerId}. Nothing was changed.`,
      ),
    );
  }
  const file = knownFile(machine.place, target.client, target.scope, target.path);
  if (file === undefined) {
    const detail = `${target.client} keeps no ${target.scope} servers in ${target.path} on this machine. Nothing was changed. Take the path as list_servers reports it.`;
    return deny(refuse('action_refused', detail));
  }
  if (file.readOnly !== null)
    return deny(refuse('action_refused', `${file.path} ${file.readOnly}. Nothing was changed. Choose another target.`));
  return accept(file);
}

/** Opens a file for a change: one that does not parse is refused, with the place. */
export async function openForChange(file: ConfigFile, { copies, machine }: Desk): Found<OpenedConfig> {
  const opened = await copies.open(file);
  if (!opened.ok) return opened;
  if (opened.value.problem === null) return mayChange(opened.value, machine);
  const { problem } = opened.value;
  const detail = `${file.path} cannot be edited: ${problem.message}${placeOf(problem)}. Nothing was changed. Correct the file and propose the change again.`;
  return deny(refuse('action_refused', detail));
}

/** Where a new server goes that names no target: the one file that holds servers already. */
export async function onlyFileWithServers(desk: Desk): Found<ConfigFile> {
  const files = new Set((await everyServer(desk)).map(({ file }) => file));
  const [only, ...others] = files;
  if (only !== undefined && others.length === 0) return accept(only);
  const known = [...files].map(({ client, scope, path }) => `${client}/${scope} ${path}`).join(', ');
  const why =
    only === undefined ? 'No file on this machine holds servers yet' : `Servers stand in several files (${known})`;
  return deny(
    refuse(
      'target_required',
      `${why}, so the target must be named. Nothing was changed. Add a target with installerId, client, scope and path.`,
    ),
  );
}

/** All servers of files that may be changed, or of all files, as the simulation has them. */
async function everyServer(
  { machine, copies }: Desk,
  which: 'changeable' | 'all' = 'changeable',
): Promise<FoundServer[]> {
  const known = await discoverFiles(machine);
  const files = known.filter((file) => which === 'all' || file.readOnly === null);
  const opened = await Promise.all(files.map((file) => copies.open(file)));
  return opened.flatMap((result) => {
    if (!result.ok || result.value.document === null) return [];
    const config = result.value;
    return serversIn(config.file, result.value.document.value).map((server) => ({ ...server, config }));
  });
}

/** The one server a name, a key or a target means. */
export async function findServer(serverName: string, target: Target | undefined, desk: Desk): Found<FoundServer> {
  if (target !== undefined) {
    const file = targetFile(target, desk);
    if (!file.ok) return file;
    const opened = await openForChange(file.value, desk);
    if (!opened.ok) return opened;
  }
  const all = (await everyServer(desk)).filter(({ file }) => target === undefined || sameFile(file, target));
  const named = all.filter(({ name }) => name === serverName);
  const key = partsOf(serverName, desk.machine.installerId);
  const matches =
    named.length > 0 || key === undefined
      ? named
      : all.filter(({ file, name }) => name === key.name && file.client === key.client && file.scope === key.scope);
  const found = unique(matches, serverName, desk);
  if (!found.ok) return found;
  const changeable = mayChange(found.value.config, desk.machine);
  return changeable.ok ? found : changeable;
}

const sameFile = (file: ConfigFile, { client, scope, path }: Target): boolean =>
  file.client === client && file.scope === scope && file.path === path;

function unique(
  matches: readonly FoundServer[],
  serverName: string,
  { machine }: Desk,
): Result<FoundServer, ChangeRefusal> {
  const [only, ...others] = matches;
  if (only === undefined) {
    const detail = `No server named ${serverName} was found. Nothing was changed. list_servers shows the names, and the files that cannot be read.`;
    return deny(refuse('action_refused', detail));
  }
  if (others.length === 0) return accept(only);
  const candidates = matches.map((match) => `${keyOf(machine.installerId, match)} (${match.file.path})`).join(', ');
  return deny(
    refuse(
      'ambiguous_server',
      `${serverName} could be any of ${candidates}. Nothing was changed. Use one of these names, or name the target.`,
    ),
  );
}

/** A server of this name in another file, whose launch can be copied; several that are alike count as one. */
export async function findSource(serverName: string, target: Target, desk: Desk): Found<FoundServer> {
  const key = partsOf(serverName, desk.machine.installerId);
  const others = (await everyServer(desk, 'all')).filter(({ file }) => !sameFile(file, target));
  const named = others.filter(({ name }) => name === serverName);
  const matches =
    named.length > 0 || key === undefined
      ? named
      : others.filter(({ file, name }) => name === key.name && file.client === key.client && file.scope === key.scope);
  const [first] = matches;
  if (first !== undefined && matches.every(({ launch }) => isDeepStrictEqual(launch, first.launch)))
    return accept(first);
  return unique(matches, serverName, desk);
}
