import { knownFile } from '../clients/known-clients.ts';
import { serversIn } from '../inventory/configured-servers.ts';
import { openConfig } from '../inventory/open-config.ts';
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
  const opened = file === undefined ? null : await openConfig(file, machine.roots);
  const servers = file !== undefined && opened?.ok === true ? serversIn(file, opened.value.document?.value) : [];
  const server = servers.find(({ name, root }) => name === undo.name && root.join('\0') === undo.root.join('\0'));
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
