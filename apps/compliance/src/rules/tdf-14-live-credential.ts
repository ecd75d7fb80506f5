import { isReference } from '@mcp-coordinator/core/configuration/references';
import { findTypedSecrets } from '@mcp-coordinator/core/configuration/secret-patterns';
import { entropyBits } from '@mcp-coordinator/core/configuration/secrets';
import type { TextLeaf } from '../text/definition-text.ts';
import { locationOf } from '../text/find-in-text.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Hit, type Rule } from './rule.ts';

/** What documentation writes where a secret would stand. */
const SAMPLE =
  /example|sample|dummy|placeholder|your|xxxx|\*\*\*|\.\.\.|1234567|abcdef|test|changeme|password|secret|<[^>]*>|^user$/i;
const ENTROPY_BITS_MIN = 3;

export const liveCredential: Rule = {
  id: 'TDF-14',
  issue: 'live_credential',
  severity: 'critical',
  title: 'A credential stands in a definition',
  meaning:
    'Everyone who may list the tools has it, and every model that reads them. It is the author’s, or it lures the reader into using it.',
  fix: { text: 'Tell the author, who must replace it; do not use it.', actionable: false },
  references: [OWASP.secrets, 'CWE-798'],
  check: ({ text }) => (text === undefined ? CLEAN : found(text.leaves.flatMap((leaf) => judgeLeaf(leaf) ?? []))),
};

function judgeLeaf(leaf: TextLeaf): Hit | undefined {
  const secret = findTypedSecrets(leaf.raw).find(({ start, end, kind }) => isLive(leaf.raw.slice(start, end), kind));
  if (secret === undefined) return undefined;
  return {
    location: locationOf(leaf),
    evidence: `${secret.detail.replaceAll('_', ' ')}, in: ${leaf.raw.slice(Math.max(0, secret.start - 60), secret.end + 40)}`,
  };
}

/** Parameters of example URLs are seldom secrets; tokens of a known form, keys and passwords of real hosts are. */
function isLive(value: string, kind: 'secret' | 'dsn_password' | 'url_credential'): boolean {
  if (isReference(value) || SAMPLE.test(value)) return false;
  return kind === 'secret' || (value.length >= 10 && entropyBits(value) >= ENTROPY_BITS_MIN);
}
