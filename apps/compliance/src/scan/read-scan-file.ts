import { readFile, stat } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { clientOfFile, entriesOf } from './client-configuration.ts';
import { parseDocument } from './parse-document.ts';
import { entriesOfRegistryDescription, isRegistryDescription } from './registry-description.ts';
import type { ScannedServer } from './scanned-server.ts';

/** What stands in one file, and who may read it. */
export interface ScanFile {
  readonly servers: readonly ScannedServer[];
  readonly mode: string | null;
}

const FILE_BYTES_MAX = 64 * 1024 * 1024;
const NOT_READ = 'is no client configuration, tools list, snapshot of servers or server.json';

/** Reads a file of any of the known forms; a no is the sentence to print. */
export async function readScanFile(file: string): Promise<Result<ScanFile, string>> {
  const path = resolve(file);
  try {
    const { size, mode, isFile } = await stat(path).then((found) => ({
      size: found.size,
      mode: found.mode,
      isFile: found.isFile(),
    }));
    if (!isFile) return deny(`${file} is no file`);
    if (size > FILE_BYTES_MAX) return deny(`${file} is larger than ${FILE_BYTES_MAX} bytes`);
    const document = parseDocument(await readFile(path, 'utf8'), path);
    if (!document.ok) return deny(`${file} ${document.refusal}`);
    const servers = serversOf(document.value, path);
    return servers === undefined ? deny(`${file} ${NOT_READ}`) : accept({ servers, mode: modeText(mode) });
  } catch (error) {
    // The edge to the file system: whatever is wrong with this file is told, and the others are read all the same.
    return deny(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const modeText = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');

type Fields = Readonly<Record<string, unknown>>;

/** The servers of a parsed document; undefined when it is of none of the known forms. */
export function serversOf(document: unknown, path: string): ScannedServer[] | undefined {
  if (Array.isArray(document)) return serversOf({ tools: document as unknown[] }, path);
  if (typeof document !== 'object' || document === null) return undefined;
  const fields = document as Fields;
  const name = basename(path, extname(path));
  if (Array.isArray(fields['servers']))
    return (fields['servers'] as unknown[]).map((item, index) => fromSnapshot(item, index, path));
  const result = fields['result'] as Fields | undefined;
  if (!Array.isArray(fields['tools']) && Array.isArray(result?.['tools'])) return serversOf(result, path);
  if (Array.isArray(fields['tools']) && entriesOf(fields).length === 0)
    return [{ name, client: null, path, pointer: '', entry: {}, ...definitionFields(fields) }];
  if (isRegistryDescription(fields))
    return entriesOfRegistryDescription(fields).map((item) => ({ ...item, client: null, path, pointer: '' }));
  const client = clientOfFile(path);
  const entries = entriesOf(fields, client);
  if (entries.length > 0) return entries.map((entry) => ({ ...entry, client, path }));
  // A configuration that holds no server is clean; any other JSON is a mistake of whoever named it.
  return ['mcpServers', 'servers', 'mcp', 'context_servers'].some((root) => fields[root] !== undefined) ||
    client !== null
    ? []
    : undefined;
}

function fromSnapshot(item: unknown, index: number, path: string): ScannedServer {
  const fields = (typeof item === 'object' && item !== null ? item : {}) as Fields;
  const name = typeof fields['name'] === 'string' ? fields['name'] : `server ${index + 1}`;
  const { config } = fields;
  return {
    name,
    client: null,
    path,
    pointer: `/servers/${index}/config`,
    entry: config ?? {},
    ...definitionFields(fields),
  };
}

const definitionFields = ({
  tools,
  instructions,
  prompts,
  resources,
}: Fields): Pick<ScannedServer, 'tools' | 'instructions' | 'prompts' | 'resources'> => ({
  tools: Array.isArray(tools) ? (tools as unknown[]) : undefined,
  instructions,
  prompts,
  resources,
});
