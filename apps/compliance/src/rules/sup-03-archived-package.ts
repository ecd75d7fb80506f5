import { factsKey, isUnknown } from '../knowledge/package-facts.ts';
import { ARCHIVED_PACKAGES } from '../launch/known-packages.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Rule, undetermined } from './rule.ts';

export const archivedPackage: Rule = {
  id: 'SUP-03',
  issue: 'archived_package',
  severity: 'medium',
  title: 'Nobody maintains this package any more',
  meaning: 'Faults that become known in it stay, and the name may one day pass into other hands.',
  fix: { text: 'Replace it by a maintained server.', actionable: false },
  references: [OWASP.supplyChain, 'CWE-1104'],
  check({ package: pkg, server, knowledge }) {
    if (pkg === undefined) return CLEAN;
    const location = { path: server.path, pointer: pkg.argument.pointer };
    const known = `${pkg.registry}:${pkg.name}`;
    const instead = Object.hasOwn(ARCHIVED_PACKAGES, known) ? ARCHIVED_PACKAGES[known] : undefined;
    if (instead !== undefined) return found([{ location, evidence: `${pkg.name} was archived; consider ${instead}` }]);
    const facts = knowledge?.get(factsKey(pkg));
    if (facts === undefined)
      return undetermined(
        `no registry was asked whether ${pkg.name} is deprecated, withdrawn or owned by someone else`,
      );
    if (isUnknown(facts)) return undetermined(facts.unknown);
    if (facts.deprecated === null) return CLEAN;
    return found([{ location, evidence: `${pkg.name} is deprecated: “${facts.deprecated.slice(0, 300)}”` }]);
  },
};
