import type { Observation } from '@mcp-coordinator/contract/inventory.contract';
import { OWASP } from './owasp.ts';
import { found, type Hit, type Rule } from './rule.ts';

const KINDS: Partial<Record<Observation['kind'], string>> = {
  secret: 'a secret',
  dsn_password: 'a password inside a connection string',
  high_entropy: 'a value that looks like a key, under a name that says so',
  url_credential: 'a credential inside a URL',
};

const asHit = ({ pointer, kind, detail }: Observation, path: string): Hit => ({
  location: { path, pointer },
  evidence: `${pointer} holds ${KINDS[kind] ?? kind}${detail === undefined ? '' : ` (${detail.replaceAll('_', ' ')})`} in clear`,
  // The fix moves variables and headers; a secret in an argument or a URL has no place to refer from.
  actionable: /^\/(?:env|environment|envs|headers|http_headers|requestHeaders)\//.test(pointer),
});

export const secretInConfig: Rule = {
  id: 'CFG-01',
  issue: 'secret_in_config',
  severity: 'critical',
  title: 'A secret stands in the configuration in clear',
  meaning:
    'Whoever reads the file, its backups, its history or a screen share has the secret. Configuration files are synchronised, committed and pasted into chats more often than anyone intends.',
  fix: {
    text: 'Move the value to the secret store and leave a reference in the entry; then replace the secret where it was issued, since it has been lying open.',
    actionable: true,
  },
  references: [OWASP.secrets, 'CWE-312', 'CWE-798'],
  check: ({ server }) =>
    found(
      server.observations
        .filter(({ kind, isReference }) => !isReference && KINDS[kind] !== undefined)
        .map((observation) => asHit(observation, server.path)),
    ),
};

/** True when the entry holds a secret in clear. */
export const holdsSecret = (observations: readonly Observation[]): boolean =>
  observations.some(({ kind, isReference }) => !isReference && KINDS[kind] !== undefined);
