import type { InventoryServer } from '@mcp-coordinator/contract/inventory.contract';

/** Names that clients give to what a launch calls `env`, `url` and `headers`. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  env: ['env', 'environment', 'envs'],
  url: ['url', 'serverUrl', 'httpUrl', 'uri'],
  headers: ['headers', 'http_headers', 'requestHeaders'],
  command: ['command', 'cmd'],
};

/** The pointer into the file of a place in the launch (`/args/1`) or in the entry itself (`/environment/KEY`). */
export function entryPointer({ entry, pointer }: InventoryServer, place: string): string {
  return `${pointer}${inEntry(entry, place)}`;
}

function inEntry(entry: unknown, place: string): string {
  const fields = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
  const [, member = '', rest = ''] = /^\/([^/]+)(.*)$/.exec(place) ?? [];
  if (member === '') return '';
  if (Array.isArray(fields['command'])) {
    if (member === 'command' && rest === '') return '/command/0';
    const index = member === 'args' ? /^\/(\d+)$/.exec(rest)?.[1] : undefined;
    if (index !== undefined) return `/command/${Number(index) + 1}`;
  }
  const names = Object.hasOwn(SYNONYMS, member) ? SYNONYMS[member] : undefined;
  const name = names?.find((synonym) => fields[synonym] !== undefined) ?? member;
  return `/${name}${rest}`;
}
