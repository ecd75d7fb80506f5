import type { ConfigFile } from '../clients/client-files.ts';
import { knownFile } from '../clients/known-clients.ts';
import { type ConfiguredServer, serversIn } from '../inventory/configured-servers.ts';
import { openConfig } from '../inventory/open-config.ts';
import type { Machine } from '../machine.ts';
import type { ChangeUndo } from './change-undo.ts';
import type { Executor, Run } from './executor.ts';

/** Starts the server as its client will, when the change left one to start. Answers why it did not start, or null. */
export async function checkStart(
  { machine, captures }: Executor,
  { outcome }: Run,
  undo: ChangeUndo,
): Promise<string | null> {
  if (undo.entryAfter === 'nothing') return null;
  const file = knownFile(machine.place, undo.client, undo.scope, undo.path);
  const server = file === undefined ? undefined : await serverNow(machine, file, undo);
  if (server === undefined) return 'its entry is no longer in the file';
  if (!server.launch.enabled) return null;
  outcome.note(`starting ${undo.name} to list its tools`);
  const definitions = await captures.again(server);
  if (definitions === null) outcome.note('captures are switched off on this installer, so the server was not started');
  else if (definitions.status === 'captured')
    outcome.note(`${undo.name} started in ${definitions.startMs} ms and offers ${definitions.tools.length} tools`);
  else if (definitions.status === 'unknown') outcome.note(`${undo.name} could not be tried: ${definitions.reason}`);
  return definitions?.status === 'failed' ? definitions.reason : null;
}

interface Entry {
  readonly root: readonly string[];
  readonly name: string;
}

async function serverNow(machine: Machine, file: ConfigFile, entry: Entry): Promise<ConfiguredServer | undefined> {
  const opened = await openConfig(file, machine.roots);
  const servers = opened.ok ? serversIn(file, opened.value.document?.value) : [];
  return servers.find(({ name, root }) => name === entry.name && root.join('\0') === entry.root.join('\0'));
}

/** Whether the server that an entry stands for now is known not to start. Starts nothing. */
export async function failedBefore({ machine, captures }: Executor, file: ConfigFile, entry: Entry): Promise<boolean> {
  const server = await serverNow(machine, file, entry);
  return server !== undefined && captures.lastFailed(server);
}
