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

export const knownFiles = (place: Place): ConfigFile[] => CLIENTS.flatMap((client) => client.files(place));

/** The known file that a target names, or undefined where no client keeps servers there. */
export const knownFile = (place: Place, client: ClientId, scope: Scope, path: string): ConfigFile | undefined =>
  knownFiles(place).find((file) => file.client === client && file.scope === scope && file.path === path);

export const restartHint = (client: ClientId): string =>
  CLIENTS.find((known) => known.client === client)?.restart ?? client;
