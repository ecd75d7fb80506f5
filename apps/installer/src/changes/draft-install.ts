import type { Action, Intent, installServerSchema } from '@mcp-coordinator/contract/actions.contract';
import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import { refuse } from '@mcp-coordinator/contract/refusals';
import { valueAt } from '@mcp-coordinator/core/configuration/json-pointer';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { z } from 'zod';
import type { ConfigFile } from '../clients/client-files.ts';
import type { OpenedConfig } from '../inventory/open-config.ts';
import { addEntry } from './add-entry.ts';
import type { ChangeRefusal, Desk, Draft } from './draft.ts';
import { onlyFileWithServers, openForChange, targetFile } from './find-target.ts';
import { badName, nameProblem } from './may-change.ts';
import { placeSecrets } from './place-secrets.ts';
import { resolvePackage } from './resolve-package.ts';
import { lockOf, storeLaunch } from './store-launch.ts';

type Install = z.infer<typeof installServerSchema>;

/** A server that is not there yet, written as the target's client reads it. */
export async function draftInstall(action: Install, desk: Desk): Promise<Result<Draft, ChangeRefusal>> {
  const file = action.target === undefined ? await onlyFileWithServers(desk) : targetFile(action.target, desk);
  if (!file.ok) return file;
  const config = await openForChange(file.value, desk);
  if (!config.ok) return config;
  const problem = nameProblem(action.serverName);
  if (problem !== null) return badName(action.serverName, problem);
  if (isTaken(config.value, action.serverName)) return taken(action.serverName, file.value);
  const launch = launchOf(action);
  if (!launch.ok) return launch;
  const resolved = await resolvePackage(launch.value.command ?? '', launch.value.args ?? [], desk);
  if (!resolved.ok) return resolved;
  const exact: Launch =
    launch.value.command === undefined ? launch.value : { ...launch.value, args: resolved.value.args };
  const kept = await storeLaunch(action, exact, resolved.value.package, desk);
  if (!kept.ok) return kept;
  const placed =
    action.literal === true
      ? accept({ launch: kept.value.launch, secrets: null, intents: [] as Intent[] })
      : placeSecrets(action.serverName, kept.value.launch, desk.machine);
  if (!placed.ok) return placed;
  const pin: Intent[] = resolved.value.pin === null ? [] : [{ verb: 'Pin', text: `Package ${resolved.value.pin}` }];
  return addEntry(config.value, desk, {
    action,
    name: action.serverName,
    launch: placed.value.launch,
    secrets: placed.value.secrets,
    stored: kept.value.stored,
    package: resolved.value.package,
    intents: [added(action.serverName, file.value), ...pin, ...kept.value.intents, ...placed.value.intents],
    resolve: (target): Action => ({
      ...action,
      target,
      ...(launch.value.command === undefined ? {} : { args: resolved.value.args }),
      ...lockOf(kept.value),
    }),
  });
}

export const added = (name: string, { client, scope, path }: ConfigFile): Intent => ({
  verb: 'Add',
  text: `Server ${name} to ${client} (${scope}): ${path}`,
});

/** Whether anything stands under this name where a new server would go: a client's own extension is in the way as well. */
export function isTaken({ file, document }: OpenedConfig, name: string): boolean {
  const value = document?.value;
  return file
    .roots(value)
    .slice(0, 1)
    .some((root) => valueAt(value, [...root, name]) !== undefined);
}

export function taken(serverName: string, { path }: ConfigFile): Result<never, ChangeRefusal> {
  return deny(
    refuse(
      'action_refused',
      `${path} has a server named ${serverName} already. Nothing was changed. Use update_server to change it, or another name.`,
    ),
  );
}

function launchOf(action: Install): Result<Launch, ChangeRefusal> {
  const { transport, command, args, env, cwd, url, headers } = action;
  const isRemote = url !== undefined;
  if (isRemote === (command !== undefined)) {
    return deny(
      refuse('action_refused', 'An installation needs either a command or a URL, and not both. Nothing was changed.'),
    );
  }
  if (transport !== undefined && isRemote === (transport === 'stdio')) {
    return deny(
      refuse(
        'action_refused',
        `The transport ${transport} does not fit ${isRemote ? 'a URL' : 'a command'}. Nothing was changed.`,
      ),
    );
  }
  return accept({
    transport: transport ?? (isRemote ? 'streamable-http' : 'stdio'),
    enabled: true,
    ...(command === undefined ? {} : { command, args: args ?? [] }),
    ...(env === undefined ? {} : { env }),
    ...(cwd === undefined ? {} : { cwd }),
    ...(url === undefined ? {} : { url }),
    ...(headers === undefined ? {} : { headers }),
  });
}
