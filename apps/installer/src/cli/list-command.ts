import type { Executor } from '../changes/executor.ts';
import { takeInventory } from '../inventory/take-inventory.ts';
import { EXIT, type Exit, type OutputOptions, printJson, printTable, type Terminal } from './terminal.ts';

/** Every server of every client on this machine, secrets masked. Starts none of them. */
export async function listCommand(
  { machine }: Executor,
  terminal: Terminal,
  { json = false }: OutputOptions,
): Promise<Exit> {
  const inventory = await takeInventory(machine, () =>
    Promise.resolve({ status: 'unknown', reason: 'it was not started' }),
  );
  if (json) {
    printJson(terminal, inventory);
    return EXIT.done;
  }
  const rows = inventory.servers.map(({ name, client, scope, launch, path }) => [
    name,
    `${client}/${scope}`,
    launch.enabled ? 'on' : 'off',
    launch.url ?? [launch.command ?? '', ...(launch.args ?? [])].join(' '),
    path,
  ]);
  printTable(terminal, rows);
  for (const { path, problem } of inventory.files) {
    if (problem !== undefined) terminal.say(`${path} cannot be read: ${problem.message}`);
  }
  terminal.say(`${inventory.servers.length} servers in ${inventory.files.length} files.`);
  return EXIT.done;
}
