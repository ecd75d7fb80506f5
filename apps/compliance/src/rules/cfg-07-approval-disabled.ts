import type { InventoryServer } from '@mcp-coordinator/contract/inventory.contract';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Rule } from './rule.ts';

/** Members of entries by which clients that have no dialect here switch approval off. */
const LISTS = ['alwaysAllow', 'autoApprove', 'autoApproved', 'always_allow', 'auto_approve'] as const;
const SWITCHES = ['trust', 'trusted', 'autoApproveAll', 'alwaysAllowAll', 'yolo'] as const;

export const approvalDisabled: Rule = {
  id: 'CFG-07',
  issue: 'approval_disabled',
  severity: 'high',
  title: 'Tools run without asking',
  meaning:
    'Nobody sees a call before it happens. A model that was misled acts at once, with the rights of the person at the keyboard.',
  fix: { text: 'Let the client ask again for every tool that changes or sends something.', actionable: true },
  references: [OWASP.scope, OWASP.intentSubversion, 'CWE-862'],
  check({ server }) {
    const tools = unattendedTools(server);
    if (tools.length === 0) return CLEAN;
    const all = tools.includes('*');
    return found([
      {
        location: { path: server.path, pointer: '' },
        evidence: all ? 'every tool runs without asking' : `run without asking: ${tools.slice(0, 20).join(', ')}`,
        ...(!all && onlyRead(server, tools) ? { severity: 'low' as const } : {}),
      },
    ]);
  },
};

/** Names of tools that run unasked; `*` stands for all. */
export function unattendedTools({ launch, entry }: InventoryServer): string[] {
  const fields = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
  const listed = LISTS.flatMap((name) => {
    const value = fields[name];
    if (value === true) return ['*'];
    return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
  });
  const switched = SWITCHES.some((name) => fields[name] === true) ? ['*'] : [];
  return [...new Set([...(launch.autoApprove ?? []), ...listed, ...switched])].filter((name) => name !== '');
}

/** The server says of every one of them that it only reads. A false claim is TDF-13's matter. */
function onlyRead({ definitions }: InventoryServer, tools: readonly string[]): boolean {
  if (definitions.status !== 'captured') return false;
  const reading = new Set(
    definitions.tools.filter((tool) => tool.annotations?.['readOnlyHint'] === true).map((tool) => tool.name),
  );
  return tools.every((name) => reading.has(name));
}
