import { OWASP } from './owasp.ts';
import { CLEAN, found, type Rule, undetermined } from './rule.ts';

export const doesNotStart: Rule = {
  id: 'RUN-01',
  issue: 'does_not_start',
  severity: 'medium',
  title: 'The server does not start or does not answer',
  meaning:
    'What it offers could not be looked at, so nothing is known of its tools; and whoever relies on it works around it.',
  fix: {
    text: 'Start it by hand with the same command and read what it says; remove it when it is not needed.',
    actionable: false,
  },
  references: [OWASP.telemetry],
  check({ server: { definitions, path } }) {
    if (definitions.status === 'captured') return CLEAN;
    if (definitions.status === 'unknown') return undetermined(`it was not started: ${definitions.reason}`);
    return found([{ location: { path, pointer: '' }, evidence: definitions.reason }]);
  },
};
