import type { ClientId, Scope } from '@mcp-coordinator/contract/inventory.contract';
import { amazonQ } from './amazon-q.ts';
import { claudeCode } from './claude-code.ts';
import { claudeDesktop } from './claude-desktop.ts';
import type { ClientFiles, ConfigFile, ConfigFolder, Place } from './client-files.ts';
import { pathsOf } from './client-files.ts';
import { cline } from './cline.ts';
import { codex } from './codex.ts';
import { continueClient } from './continue.ts';
import { copilot } from './copilot.ts';
import { cursor } from './cursor.ts';
import { gemini } from './gemini.ts';
import { goose } from './goose.ts';
import { junie } from './junie.ts';
import { kilo } from './kilo.ts';
import { kilocode } from './kilocode.ts';
import { opencode } from './opencode.ts';
import { roo } from './roo.ts';
import { vscode } from './vscode.ts';
import { windsurf } from './windsurf.ts';
import { zed } from './zed.ts';

/** Every client whose files the installer knows. */
const CLIENTS: Readonly<Record<ClientId, ClientFiles>> = {
  kilo,
  kilocode,
  'claude-desktop': claudeDesktop,
  'claude-code': claudeCode,
  cursor,
  vscode,
  copilot,
  windsurf,
  zed,
  cline,
  roo,
  codex,
  gemini,
  goose,
  continue: continueClient,
  opencode,
  junie,
  'amazon-q': amazonQ,
};

/** A workspace that is the home itself names some files twice; the first scope counts. Claude Code's local scope shares its file. */
export function knownFiles(place: Place): ConfigFile[] {
  const all = Object.values(CLIENTS).flatMap((client) => client.files(place));
  const isFirst = (file: ConfigFile, index: number) =>
    file.scope === 'local' ||
    all.findIndex(({ client, path }) => client === file.client && path === file.path) === index;
  return all.filter(isFirst);
}

/** Folders whose files each hold servers, every one of them once. */
export function knownFolders(place: Place): ConfigFolder[] {
  const all = Object.values(CLIENTS).flatMap((client) => client.folders?.(place) ?? []);
  return all.filter(({ path }, index) => all.findIndex((folder) => folder.path === path) === index);
}

/** The known file that a target names, or undefined where no client keeps servers there. */
export function knownFile(place: Place, client: ClientId, scope: Scope, path: string): ConfigFile | undefined {
  const inFolders = knownFolders(place).flatMap((folder) => {
    const prefix = pathsOf(place).join(folder.path, '/');
    return path.startsWith(prefix) ? [folder.file(path.slice(prefix.length))] : [];
  });
  return [...knownFiles(place), ...inFolders].find(
    (file) => file?.client === client && file.scope === scope && file.path === path,
  );
}

export const restartHint = (client: ClientId): string => CLIENTS[client].restart;
