import type { InventoryServer } from '@mcp-coordinator/contract/inventory.contract';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Rule } from './rule.ts';

export const conflictingDefinitions: Rule = {
  id: 'CFG-09',
  issue: 'conflicting_definitions',
  severity: 'medium',
  title: 'The same name means different servers',
  meaning:
    'What was approved under this name in one client is not what another client, or another scope of the same one, starts under it.',
  fix: { text: 'Make the definitions equal, or give the different server a name of its own.', actionable: false },
  references: [OWASP.shadowServers, 'CWE-694'],
  check({ server, fleet, member: self }) {
    if (!server.launch.enabled) return CLEAN;
    const own = meaningOf(server);
    const others = fleet
      .namesakesOf(self)
      .filter((member) => member.server !== server && member.server.launch.enabled && meaningOf(member.server) !== own);
    return found(
      others.slice(0, 5).map(({ server: other }) => ({
        location: { path: server.path, pointer: '' },
        evidence: `${commandLine(server)} here; ${commandLine(other)} in ${other.client} (${other.scope}, ${other.path})`,
      })),
    );
  },
};

/** What starts or is reached, and with which variables; their values differ between places for good reasons. */
function meaningOf({ launch }: InventoryServer): string {
  const { transport, command, args = [], url, env = {}, headers = {} } = launch;
  return JSON.stringify([
    url === undefined ? 'local' : transport,
    command ?? null,
    args,
    url ?? null,
    Object.keys(env).sort(),
    Object.keys(headers)
      .map((name) => name.toLowerCase())
      .sort(),
  ]);
}

const commandLine = ({ launch }: InventoryServer): string =>
  launch.url ?? [launch.command ?? '', ...(launch.args ?? [])].join(' ');
