import type { FleetMember } from '../assessment/fleet.ts';
import { unattendedTools } from './cfg-07-approval-disabled.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Rule } from './rule.ts';
import { capabilitiesOf } from './tool-capabilities.ts';

const COMPANIONS_MAX = 200;

export const toxicFlow: Rule = {
  id: 'XSV-03',
  issue: 'toxic_flow',
  severity: 'medium',
  title: 'Strangers’ words, private data and a way out meet in one client',
  meaning:
    'Text from outside can tell the model to fetch something private and to send it away, each with a tool that is harmless alone.',
  fix: {
    text: 'Keep these servers in different clients, or let the client ask before anything is sent.',
    actionable: false,
  },
  references: [OWASP.oversharing, OWASP.intentSubversion, 'CWE-200'],
  check({ key, server, fleet, member: self }) {
    // Told once, at the server that can carry data out: that is where asking helps.
    if (!server.launch.enabled || !capabilitiesOf(server).exit) return CLEAN;
    const companions = fleet.companionsOf(self).slice(0, COMPANIONS_MAX);
    const source = withCapability(companions, 'untrusted');
    const store = companions.find(
      (member) => member !== source && capabilitiesOf(member.server).private && member.server !== server,
    );
    if (source === undefined || store === undefined) return CLEAN;
    const unattended = [self, source, store].some((member) => unattendedTools(member.server).length > 0);
    const evidence = `${source.key} brings in text from outside, ${store.key} reaches private data, ${key} can send it away`;
    return found([
      { location: { path: server.path, pointer: '' }, evidence, ...(unattended ? { severity: 'high' as const } : {}) },
    ]);
  },
};

const withCapability = (members: readonly FleetMember[], leg: 'untrusted' | 'private'): FleetMember | undefined =>
  members.find((member) => capabilitiesOf(member.server)[leg]);
