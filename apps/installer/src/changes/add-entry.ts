import type { Action, Intent, PackageResolution, Target } from '@mcp-coordinator/contract/actions.contract';
import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import { dialectOf } from '@mcp-coordinator/core/configuration/neutral';
import { accept, type Result } from '@mcp-coordinator/core/result';
import type { ConfigFile } from '../clients/client-files.ts';
import type { ConfigDocument } from '../files/config-document.ts';
import type { OpenedConfig } from '../inventory/open-config.ts';
import type { Machine } from '../machine.ts';
import type { SecretSet } from '../secrets/secret-store.ts';
import type { StoredPackage } from '../store/package-store.ts';
import type { ChangeRefusal, Desk, Draft } from './draft.ts';
import { editMembers, entryOf } from './write-entry.ts';

/** A new entry and what is told about it. */
interface NewEntry {
  readonly action: Action;
  readonly name: string;
  readonly launch: Launch;
  readonly secrets: SecretSet | null;
  readonly stored: StoredPackage | null;
  readonly package: PackageResolution | null;
  readonly intents: readonly Intent[];
  resolve(target: Target): Action;
}

export const targetOf = ({ client, scope, path }: ConfigFile, { installerId }: Machine): Target => ({
  installerId,
  client,
  scope,
  path,
});

/** Files that are opened for a change parse; a client that was found has a dialect. */
function mustHave<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`${what} is missing`);
  return value;
}

export const documentOf = (config: OpenedConfig): ConfigDocument => mustHave(config.document, 'the parsed document');

/** Adds an entry that was not there, as the first of the file's servers. */
export function addEntry(config: OpenedConfig, { machine }: Desk, entry: NewEntry): Result<Draft, ChangeRefusal> {
  const document = documentOf(config);
  const { file } = config;
  const dialect = dialectOf(file.client);
  const written = entryOf(entry.launch, entry.name, dialect, document.value);
  if (!written.ok) return written;
  const root = file.roots(document.value)[0] ?? dialect.root;
  // Each goes in front of the one before: the head of a new file ends up at its top, in its own order.
  const head = config.bytes === null ? Object.entries(file.newFile).reverse() : [];
  const edited = editMembers(document, [
    { path: [...root, entry.name], value: written.value.entry },
    ...head.map(([key, value]) => ({ path: [key], value })),
  ]);
  if (!edited.ok) return edited;
  const target = targetOf(file, machine);
  return accept({
    action: entry.action,
    resolved: entry.resolve(target),
    config,
    document,
    root,
    name: entry.name,
    target,
    after: edited.value,
    entryAfter: written.value.entry,
    launchAfter: entry.launch,
    secrets: entry.secrets,
    stored: entry.stored,
    dropped: [],
    package: entry.package,
    intents: [...entry.intents, ...written.value.intents],
  });
}
