import type { ClientId, InventoryServer } from '@mcp-coordinator/contract/inventory.contract';
import { dialectOf } from '@mcp-coordinator/core/configuration/neutral';
import { OWASP } from './owasp.ts';
import { found, type Rule, undetermined } from './rule.ts';

export const misreadEntry: Rule = {
  id: 'CFG-08',
  issue: 'misread_entry',
  severity: 'high',
  title: 'The client will not understand this entry, or misread it',
  meaning:
    'What was configured is not what runs: the server does not start, starts without its limits, or something else is started in its place.',
  fix: { text: "Write the entry in the client's own form.", actionable: false },
  references: [OWASP.telemetry, 'CWE-436'],
  check({ server, clientKnown }) {
    if (!clientKnown) return undetermined('which client reads this entry is not known');
    if (server.pointer === '') return undetermined('the entry is not written yet');
    const reasons = foreignForm(server) ?? dialectOf(server.client)?.read(server.entry, server.name, {}).misread;
    if (reasons === undefined) return undetermined(`how ${server.client} reads an entry is not known here`);
    return found(reasons.map((reason) => ({ location: { path: server.path, pointer: '' }, evidence: reason })));
  },
};

type Fields = Readonly<Record<string, unknown>>;
const has = (fields: Fields, name: string): boolean => fields[name] !== undefined;

const isHttpType = (type: unknown): boolean => typeof type === 'string' && /^(?:http|streamable)/i.test(type);

/** Peculiarities of clients that have no dialect: what each of them calls the address or the command. */
const FOREIGN: Partial<Record<ClientId, { readonly misreads: (fields: Fields) => boolean; readonly reason: string }>> =
  {
    windsurf: {
      misreads: (fields) => has(fields, 'url') && !has(fields, 'serverUrl'),
      reason: 'this client reads `serverUrl`, not `url`',
    },
    gemini: {
      misreads: (fields) => has(fields, 'url') && !has(fields, 'httpUrl') && isHttpType(fields['type']),
      reason: 'this client takes `url` for SSE; Streamable HTTP is `httpUrl`',
    },
    junie: {
      misreads: (fields) => has(fields, 'url') || has(fields, 'serverUrl'),
      reason: 'this client starts local commands only',
    },
    goose: {
      misreads: (fields) => has(fields, 'command') && !has(fields, 'cmd'),
      reason: 'this client reads `cmd`, not `command`',
    },
  };

function foreignForm({ client, entry }: InventoryServer): string[] | undefined {
  const known = FOREIGN[client];
  if (known === undefined) return undefined;
  return known.misreads((typeof entry === 'object' && entry !== null ? entry : {}) as Fields) ? [known.reason] : [];
}
