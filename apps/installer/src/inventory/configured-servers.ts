import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import { valueAt } from '@mcp-coordinator/core/configuration/json-pointer';
import { dialectOf } from '@mcp-coordinator/core/configuration/neutral';
import type { ConfigFile } from '../clients/client-files.ts';

/** A server as it stands in a file, secrets and all: never leaves the process in this form. */
export interface ConfiguredServer {
  readonly file: ConfigFile;
  readonly root: readonly string[];
  readonly name: string;
  readonly entry: unknown;
  readonly launch: Launch;
}

/** The contract's bound on names; longer ones, or ones with control characters, are no names of servers. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the purpose
const NAME = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]{1,200}$/u;

/** Every server of a parsed file; members that are no entries (texts, numbers) are none. */
export function serversIn(file: ConfigFile, value: unknown): ConfiguredServer[] {
  const dialect = dialectOf(file.client);
  return file.roots(value).flatMap((root) => {
    const section = valueAt(value, root);
    if (typeof section !== 'object' || section === null || Array.isArray(section)) return [];
    return Object.entries(section)
      .filter(([name, entry]) => NAME.test(name) && typeof entry === 'object' && entry !== null)
      .filter(([, entry]) => dialect.holds?.(entry) ?? true)
      .map(([name, entry]: [string, unknown]) => ({
        file,
        root,
        name,
        entry,
        launch: dialect.read(entry, name, value).launch,
      }));
  });
}
