import type { PackageReference } from '../launch/fetched-package.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Rule } from './rule.ts';

export const unpinnedPackage: Rule = {
  id: 'CFG-03',
  issue: 'unpinned_package',
  severity: 'medium',
  title: 'The package is not pinned to a version',
  meaning:
    'Each start may run other code than the one that was looked at: whoever can publish a version, or move a tag, runs it on this machine at the next start.',
  fix: { text: 'Pin the exact version, or for an image its digest, and change it on purpose.', actionable: true },
  references: [OWASP.supplyChain, 'CWE-829', 'CWE-1357'],
  check({ package: pkg, server }) {
    if (pkg === undefined || pkg.pinned) return CLEAN;
    return found([
      {
        location: { path: server.path, pointer: pkg.argument.pointer },
        evidence: `${pkg.argument.value} (${asked(pkg)})`,
        actionable: pkg.registry === 'npm',
      },
    ]);
  },
};

function asked({ registry, version }: PackageReference): string {
  if (version !== null) return registry === 'oci' ? `the tag ${version} can be moved` : `asks for ${version}`;
  return registry === 'oci' ? 'the newest image' : registry === 'git' ? 'the newest commit' : 'the newest version';
}
