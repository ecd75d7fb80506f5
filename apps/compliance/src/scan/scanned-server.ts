import { createHmac, randomBytes } from 'node:crypto';
import type {
  ClientId,
  Definitions,
  InventoryServer,
  ToolDefinition,
} from '@mcp-coordinator/contract/inventory.contract';
import { dialectOf } from '@mcp-coordinator/core/configuration/neutral';
import { observeEntry } from '@mcp-coordinator/core/configuration/observe';

/** What a file says of one server. */
export interface ScannedServer {
  readonly name: string;
  /** Null where the file does not show which client reads it: then its form is not judged. */
  readonly client: ClientId | null;
  readonly path: string;
  readonly pointer: string;
  readonly entry: unknown;
  readonly tools?: readonly unknown[] | undefined;
  readonly instructions?: unknown;
  readonly prompts?: unknown;
  readonly resources?: unknown;
}

/** Entries of unknown clients are read like Cursor's: the form most of them share. */
const READ_LIKE: ClientId = 'cursor';
/** A client without a dialect, so that no peculiarity is held against an entry of unknown origin. */
const UNKNOWN_CLIENT: ClientId = 'continue';
const key = randomBytes(32);
const keyedHash = (text: string): string => createHmac('sha256', key).update(text).digest('hex');

/** The snapshot an installer would report, as far as a file alone can give it. */
export function scannedSnapshot(scanned: ScannedServer): InventoryServer {
  const dialect = dialectOf(scanned.client ?? READ_LIKE) ?? dialectOf(READ_LIKE);
  // What a known client's entry means, its dialect knows; of an unknown one every spelling is understood.
  const named = scanned.client === null ? foreignNames(scanned.entry) : scanned.entry;
  const launch = dialect?.read(named, scanned.name, {}).launch ?? { transport: 'stdio' as const, enabled: true };
  const observed = observeEntry(scanned.entry, launch, keyedHash);
  return {
    ...{ name: scanned.name, client: scanned.client ?? UNKNOWN_CLIENT, scope: 'user' as const },
    ...{ path: scanned.path, pointer: scanned.pointer },
    entry: observed.entry,
    launch: observed.launch,
    observations: observed.observations,
    resolvedCommand: null,
    hash: keyedHash(scanned.pointer),
    definitions: definitionsOf(scanned),
  };
}

/** Members that only some clients use for what the others call by one name. */
function foreignNames(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null) return {};
  const fields = entry as Record<string, unknown>;
  const list = Array.isArray(fields['command']) ? (fields['command'] as unknown[]) : undefined;
  const url = fields['url'] ?? fields['serverUrl'] ?? fields['httpUrl'] ?? fields['uri'];
  const env = fields['env'] ?? fields['environment'] ?? fields['envs'];
  const command = fields['command'] ?? fields['cmd'];
  return {
    ...fields,
    ...(url === undefined ? {} : { url }),
    ...(env === undefined ? {} : { env }),
    ...(list === undefined ? (command === undefined ? {} : { command }) : { command: list[0], args: list.slice(1) }),
  };
}

const isDefinition = (value: unknown): value is ToolDefinition =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Definitions out of a file are hostile input: what has no name gets one, what is no object is left out. */
function definitionsOf({ tools, instructions, prompts, resources, name }: ScannedServer): Definitions {
  if (tools === undefined)
    return { status: 'unknown', reason: 'a scan starts nothing, and the file holds no tools list' };
  return {
    status: 'captured',
    capturedAt: new Date(0).toISOString(),
    protocolVersion: 'unknown',
    serverInfo: { name, version: '' },
    ...(typeof instructions === 'string' ? { instructions } : {}),
    tools: tools.filter(isDefinition).map(toolOf),
    prompts: listOf(prompts)
      .filter(isDefinition)
      .map((prompt) => ({ ...prompt, name: String(prompt.name) })),
    resources: listOf(resources)
      .filter(isDefinition)
      .map((resource) => ({ ...resource, uri: String(resource['uri']) })),
    startMs: 0,
    digest: '',
  };
}

function toolOf({ name, title, description, ...rest }: Readonly<Record<string, unknown>>): ToolDefinition {
  return {
    ...rest,
    name: typeof name === 'string' ? name : '(without a name)',
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof description === 'string' ? { description } : {}),
  };
}
