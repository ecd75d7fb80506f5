import { OWASP } from './owasp.ts';
import { remoteRule } from './remote-rule.ts';

export const oauthMetadata = remoteRule({
  id: 'RUN-03',
  issue: 'oauth_metadata',
  severity: 'critical',
  title: 'Its OAuth metadata leads elsewhere',
  meaning:
    'A client that follows the metadata would hand its sign-in, or a command line, to somebody else (RFC 8414 §3.3, RFC 9728).',
  fix: { text: 'Remove the server. Tokens that were given to it should be revoked.', actionable: true },
  references: [OWASP.authentication, 'CWE-346', 'CVE-2025-6514'],
  evidence: ({ oauthFaults }) => oauthFaults,
});
