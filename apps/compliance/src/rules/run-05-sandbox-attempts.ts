import { isUnknown } from '../knowledge/package-facts.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Rule, undetermined } from './rule.ts';

export const sandboxAttempts: Rule = {
  id: 'RUN-05',
  issue: 'sandbox_attempts',
  severity: 'high',
  title: 'It tries what it was not given',
  meaning: 'Only started and asked for its tools, it reached for keys, for the network or for other programs.',
  fix: {
    text: 'Remove the server, unless its documentation says why it does that before anybody calls it.',
    actionable: true,
  },
  references: [OWASP.scope, 'CWE-250', 'CWE-829'],
  check({ probe, server }) {
    if (server.launch.command === undefined) return CLEAN;
    if (probe?.status !== 'probed')
      return undetermined(`it was not watched: ${probe?.reason ?? 'a plain assessment starts nothing'}`);
    if (isUnknown(probe.attempts)) return undetermined(`it was not watched: ${probe.attempts.unknown}`);
    return found(
      probe.attempts.map(({ what, object }) => ({
        location: { path: server.path, pointer: '/command' },
        evidence: `${what} ${object}`,
      })),
    );
  },
};
