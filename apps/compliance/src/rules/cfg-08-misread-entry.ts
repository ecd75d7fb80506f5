import type { InventoryServer } from '@mcp-coordinator/contract/inventory.contract';
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
  check({ server }) {
    if (server.pointer === '') return undetermined('the entry is not written yet');
    const reasons = foreignForm(server) ?? dialectOf(server.client)?.read(server.entry, server.name, {}).misread;
    if (reasons === undefined) return undetermined(`how ${server.client} reads an entry is not known here`);
    return found(reasons.map((reason) => ({ location: { path: server.path, pointer: '' }, evidence: reason })));
  },
};

/** Peculiarities of clients that have no dialect: what each of them calls a remote address. */
function foreignForm({ client, entry }: InventoryServer): string[] | undefined {
  const fields = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
  const has = (name: string): boolean => fields[name] !== undefined;
  switch (client) {
    case 'windsurf':
      return has('url') && !has('serverUrl') ? ['this client reads `serverUrl`, not `url`'] : [];
    case 'gemini':
      return has('url') && !has('httpUrl') && /^(?:http|streamable)/i.test(String(fields['type'] ?? ''))
        ? ['this client takes `url` for SSE; Streamable HTTP is `httpUrl`']
        : [];
    case 'junie':
      return has('url') || has('serverUrl') ? ['this client starts local commands only'] : [];
    case 'goose':
      return has('command') && !has('cmd') ? ['this client reads `cmd`, not `command`'] : [];
    default:
      return undefined;
  }
}
