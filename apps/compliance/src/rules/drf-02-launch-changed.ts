import { launchChanges } from '../execution/pinned-launch.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Rule } from './rule.ts';

export const launchChanged: Rule = {
  id: 'DRF-02',
  issue: 'launch_changed',
  severity: 'high',
  title: 'It is started in another way than was approved',
  meaning:
    'The command, its arguments, the names of its variables or the package are no longer what somebody agreed to.',
  fix: { text: 'Read the difference. Pin it again if it is meant, else restore the entry.', actionable: true },
  references: [OWASP.supplyChain, OWASP.shadowServers, 'CWE-15'],
  check({ pin, server }) {
    if (pin?.launch === undefined) return CLEAN;
    return found(
      launchChanges(pin.launch, server).map(({ field, before, now }) => ({
        location: { path: server.path, pointer: `/${field}` },
        evidence: `${field} was ${JSON.stringify(before ?? null)}, is ${JSON.stringify(now ?? null)}`,
      })),
    );
  },
};
