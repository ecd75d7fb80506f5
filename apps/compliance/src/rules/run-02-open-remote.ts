import { OWASP } from './owasp.ts';
import { remoteRule } from './remote-rule.ts';

export const openRemote = remoteRule({
  id: 'RUN-02',
  issue: 'open_remote',
  severity: 'high',
  title: 'Anybody can list its tools',
  meaning: 'The server is reached over the network and asks nobody who they are; whoever finds it can use it.',
  fix: { text: 'Put authentication in front of it, or keep it on this machine.', actionable: false },
  references: [OWASP.authentication, 'CWE-306'],
  evidence: ({ toolsWithoutAuthentication: count }) =>
    count === null ? [] : [`without any credentials it lists ${count} tools`],
});
