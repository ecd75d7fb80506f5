import type { ToolDefinition } from '@mcp-coordinator/contract/inventory.contract';
import type { FleetMember } from '../assessment/fleet.ts';
import { isSameServer } from '../assessment/same-server.ts';
import { nameSkeleton } from '../text/normalise-text.ts';
import { likeness, meaningWords } from '../text/similar-text.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Hit, type Rule } from './rule.ts';

/** Below this two descriptions merely speak of the same thing. */
const LIKENESS_MIN = 0.7;
const HITS_MAX = 25;

export const toolShadowing: Rule = {
  id: 'XSV-01',
  issue: 'tool_shadowing',
  severity: 'high',
  title: 'Two servers offer the same tool',
  meaning:
    'Of two tools that a model cannot tell apart it may call either. Whoever adds the second one gets the calls, and the data, of the first.',
  fix: { text: 'Keep one of the servers, or switch the tool off in the other.', actionable: false },
  references: [OWASP.poisoning, OWASP.shadowServers, 'CWE-1007'],
  check({ server, fleet, member: self }) {
    if (server.definitions.status !== 'captured' || !server.launch.enabled) return CLEAN;
    const hits: Hit[] = [];
    for (const tool of server.definitions.tools) {
      const rival = fleet
        .ownersOfTool(self, tool.name)
        .slice(0, 50)
        .find((other) => !isSameServer(self, other) && resembles(tool, other));
      if (rival !== undefined)
        hits.push({
          location: { tool: tool.name, field: 'name' },
          evidence: `${tool.name} is also offered by ${rival.key}, described alike: ${tool.description ?? ''}`,
        });
      if (hits.length >= HITS_MAX) break;
    }
    return found(hits);
  },
};

/** The same name with another meaning is a coincidence; a name that is only drawn alike is none, whatever it describes. */
function resembles(tool: ToolDefinition, { server }: FleetMember): boolean {
  if (server.definitions.status !== 'captured') return false;
  const skeleton = nameSkeleton(tool.name);
  return server.definitions.tools.some((other) => {
    if (nameSkeleton(other.name) !== skeleton) return false;
    const spelledAlike =
      tool.name.toLowerCase().replace(/[_.\s-]/g, '') === other.name.toLowerCase().replace(/[_.\s-]/g, '');
    return (
      !spelledAlike ||
      likeness(meaningWords(tool.description ?? ''), meaningWords(other.description ?? '')) >= LIKENESS_MIN
    );
  });
}
