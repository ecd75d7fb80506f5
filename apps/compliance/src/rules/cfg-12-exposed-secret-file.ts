import { holdsSecret } from './cfg-01-secret-in-config.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, type Hit, type Rule, undetermined } from './rule.ts';

export const exposedSecretFile: Rule = {
  id: 'CFG-12',
  issue: 'exposed_secret_file',
  severity: 'high',
  title: 'Others can read a file that holds secrets',
  meaning:
    'The secret in the entry is known to every account of the machine that may read the file, or to everyone who ever gets a copy of the repository.',
  fix: {
    text: 'Let only the owner read the file (mode 0600), take it out of version control, and replace the secret.',
    actionable: false,
  },
  references: [OWASP.secrets, 'CWE-276', 'CWE-538'],
  check({ server, file }) {
    if (!holdsSecret(server.observations)) return CLEAN;
    if (file === undefined) return undetermined('who may read the file is not known');
    const location = { path: server.path };
    const hits: Hit[] = [];
    if (file.mode !== null && (Number.parseInt(file.mode, 8) & 0o044) !== 0)
      hits.push({ location, evidence: `mode ${file.mode}: accounts other than the owner's may read it` });
    if (file.gitTracked === true) hits.push({ location, evidence: 'git tracks it: the secret is in every clone' });
    const unknowns = file.gitTracked === 'unknown' ? ['whether git tracks the file could not be determined'] : [];
    return {
      hits,
      unknowns: file.mode === null ? [...unknowns, 'this system has no permission bits to read'] : unknowns,
    };
  },
};
