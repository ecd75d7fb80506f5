import { factsKey, isUnknown } from '../knowledge/package-facts.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Hit, type Rule } from './rule.ts';

export const artifactDiffers: Rule = {
  id: 'SUP-04',
  issue: 'artifact_differs',
  severity: 'critical',
  title: 'The package is not the one that was recorded',
  meaning: 'Under the same name and version other bytes are served or installed than the ones somebody looked at.',
  fix: {
    text: 'Stop the server, and find out who changed the package before anything starts it again.',
    actionable: true,
  },
  references: [OWASP.supplyChain, 'CWE-494', 'CWE-354'],
  check({ package: pkg, server, knowledge, context, probe }) {
    const location = {
      path: server.path,
      ...(pkg === undefined ? { pointer: '' } : { pointer: pkg.argument.pointer }),
    };
    const facts = pkg === undefined ? undefined : knowledge?.get(factsKey(pkg));
    const served = facts === undefined || isUnknown(facts) ? null : facts.integrity;
    const recorded = context?.artifact?.recorded ?? null;
    const hits: Hit[] = [];
    const compare = (what: string, now: string | null | undefined, before: string | null, source: string) => {
      if (typeof now === 'string' && before !== null && !sharesDigest(now, before))
        hits.push({ location, evidence: `${what} is ${now}, and ${source} ${before}` });
    };
    compare('the installed artifact', context?.artifact?.found, recorded, 'recorded was');
    compare('what the registry serves', served, recorded, 'recorded was');
    compare('what was fetched', probe?.integrity, served, 'the registry announces');
    return hits.length === 0 ? CLEAN : found(hits);
  },
};

/** Integrities list digests of several algorithms; of those that both name, one must be the same. */
function sharesDigest(a: string, b: string): boolean {
  const [one, other] = [a, b].map((text) => text.trim().split(/\s+/));
  const algorithms = new Set(other?.map((digest) => digest.split(/[-:]/)[0]));
  const comparable = one?.filter((digest) => algorithms.has(digest.split(/[-:]/)[0])) ?? [];
  return comparable.length === 0 || comparable.some((digest) => other?.includes(digest) === true);
}
