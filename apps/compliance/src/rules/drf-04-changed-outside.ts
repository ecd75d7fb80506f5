import { launchBack } from '@mcp-coordinator/core/configuration/launch-back';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Rule } from './rule.ts';

export const changedOutside: Rule = {
  id: 'DRF-04',
  issue: 'changed_outside',
  severity: 'high',
  title: 'The entry was changed past the coordinator',
  meaning:
    'Somebody, or some program, wrote this into the file without a proposal that anyone approved. It may be harmless; nobody has looked.',
  fix: {
    text: 'Put the entry back as it was, or approve it as it is: propose the change, or accept the risk.',
    actionable: true,
  },
  references: [OWASP.shadowServers, OWASP.telemetry, 'CWE-353'],
  check({ drift, server }) {
    if (drift === undefined) return CLEAN;
    const { change, seenAt, before } = drift;
    const back = before === undefined ? null : launchBack(before, server.launch);
    const how =
      change === 'added'
        ? 'added'
        : `changed${back === null ? '' : `: ${[...Object.keys(back.fields), ...back.fixes].join(', ') || 'what only its client reads'}`}`;
    return found([
      { location: {}, evidence: `${how}; seen at ${seenAt}`, actionable: change === 'added' || back !== null },
    ]);
  },
};
