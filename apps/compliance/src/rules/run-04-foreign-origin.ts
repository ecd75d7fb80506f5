import { OWASP } from './owasp.ts';
import { remoteRule } from './remote-rule.ts';

export const foreignOrigin = remoteRule({
  id: 'RUN-04',
  issue: 'foreign_origin',
  severity: 'high',
  title: 'It answers web pages of strangers',
  meaning:
    'A page in the browser can reach it under a name of its own (DNS rebinding) and use it as the person who opened the page.',
  fix: { text: 'Make it check Origin and Host, or bind it to a socket that browsers do not reach.', actionable: false },
  references: [OWASP.authentication, 'CWE-346', 'CWE-350'],
  evidence: ({ acceptedForeign }) => acceptedForeign.map((header) => `answers a request with a foreign ${header}`),
});
