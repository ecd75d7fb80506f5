import { matchesGlob } from '../policies/glob.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Rule } from './rule.ts';

export const notInInventory: Rule = {
  id: 'SUP-06',
  issue: 'not_in_inventory',
  severity: 'high',
  title: 'Not in the approved inventory',
  meaning: 'The organisation has a list of servers that may be used, and this one is not on it.',
  fix: { text: 'Ask for it to be taken into the inventory, or remove it.', actionable: true },
  references: [OWASP.shadowServers],
  check({ server, package: pkg, inventory }) {
    if (inventory === undefined) return CLEAN;
    const names = [
      ...(pkg === undefined ? [] : [`${pkg.registry}:${pkg.name}`, `${pkg.registry}:${pkg.name}@${pkg.version ?? ''}`]),
      ...(server.launch.url === undefined ? [] : [server.launch.url]),
      ...(pkg === undefined && server.launch.command !== undefined ? [`command:${server.launch.command}`] : []),
    ];
    if (names.some((name) => inventory.some((glob) => matchesGlob(glob, name)))) return CLEAN;
    return found([
      { location: { path: server.path, pointer: '' }, evidence: `${names.at(0) ?? server.name} is on no line of it` },
    ]);
  },
};
