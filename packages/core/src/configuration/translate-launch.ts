import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import type { Dialect } from './dialect.ts';

/** What a client may do without: it then takes its own default, or asks the person. */
const DISPENSABLE = ['timeoutMs', 'autoApprove'] as const;
const NEEDED = ['transport', 'command', 'args', 'env', 'cwd', 'url', 'headers', 'enabled'] as const;

export type Translation =
  | {
      readonly ok: true;
      readonly entry: Record<string, unknown>;
      /** Members of the launch that this client has no place for. */
      readonly left: readonly (typeof DISPENSABLE)[number][];
    }
  | { readonly ok: false; readonly reason: string };

/** Writes a launch in a client's own form, and refuses where the client would start or reach something else by it. */
export function translateLaunch(launch: Launch, name: string, dialect: Dialect, document: unknown): Translation {
  const written = dialect.write(launch, document, name);
  if (!written.ok) return written;
  const { launch: back } = dialect.read(written.entry, name, document);
  const differs = (field: keyof Launch): boolean => !same(field, launch, back, dialect);
  const lost = NEEDED.find(differs);
  if (lost !== undefined)
    return { ok: false, reason: `${dialect.client} has no place for the ${WORDS[lost]} of a server` };
  return {
    ok: true,
    entry: written.entry,
    left: DISPENSABLE.filter((field) => launch[field] !== undefined && differs(field)),
  };
}

const WORDS: Readonly<Record<(typeof NEEDED)[number], string>> = {
  transport: 'transport',
  command: 'command',
  args: 'arguments',
  env: 'variables',
  cwd: 'working folder',
  url: 'URL',
  headers: 'headers',
  enabled: 'state (on or off)',
};

function same(field: keyof Launch, one: Launch, other: Launch, { negotiates }: Dialect): boolean {
  if (field === 'transport' && negotiates === true)
    return (one.transport === 'stdio') === (other.transport === 'stdio');
  return text(one[field]) === text(other[field]);
}

/** Equal for equal content: nothing, an empty list and an empty record say the same, and members have no order. */
function text(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? []);
  if (Array.isArray(value)) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(members);
}
