import type { ClientId, Scope } from '@mcp-coordinator/contract/inventory.contract';
import { claudeCode } from './claude-code.ts';
import { claudeDesktop } from './claude-desktop.ts';
import type { ClientFiles, ConfigFile, Place } from './client-files.ts';
import { cursor } from './cursor.ts';
import { kilo } from './kilo.ts';
import { kilocode } from './kilocode.ts';
import { vscode } from './vscode.ts';

/** Every client whose files the installer reads and writes. */
const CLIENTS: readonly ClientFiles[] = [kilo, kilocode, claudeCode, claudeDesktop, cursor, vscode];

/** A workspace that is the home itself names some files twice; the first scope counts. Claude Code's local scope shares its file. */
export function knownFiles(place: Place): ConfigFile[] {
  const all = CLIENTS.flatMap((client) => client.files(place));
  const isFirst = (file: ConfigFile, index: number) =>
    file.scope === 'local' ||
    all.findIndex(({ client, path }) => client === file.client && path === file.path) === index;
  return all.filter(isFirst);
}

/** The known file that a target names, or undefined where no client keeps servers there. */
export const knownFile = (place: Place, client: ClientId, scope: Scope, path: string): ConfigFile | undefined =>
  knownFiles(place).find((file) => file.client === client && file.scope === scope && file.path === path);

export const restartHint = (client: ClientId): string =>
  CLIENTS.find((known) => known.client === client)?.restart ?? client;
