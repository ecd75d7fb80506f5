import type { PackageReference } from '../launch/fetched-package.ts';
import { WELL_KNOWN_PACKAGES } from '../launch/known-packages.ts';
import { isOneEditAway } from '../text/edit-distance.ts';
import { nameSkeleton } from '../text/normalise-text.ts';
import { OWASP } from './owasp.ts';
import { CLEAN, found, type Rule } from './rule.ts';

/** Shorter names are one edit from each other by chance. */
const NAME_LENGTH_MIN = 6;

export const lookalikePackage: Rule = {
  id: 'SUP-02',
  issue: 'lookalike_package',
  severity: 'high',
  title: 'The name is almost that of a well-known server',
  meaning:
    'Packages under names that are easily mistyped or misread are a usual way to get foreign code started. It may be honest; look at who publishes it.',
  fix: { text: 'Remove the server, and install the well-known one if that was meant.', actionable: true },
  references: [OWASP.supplyChain, 'CWE-1357', 'CAPEC-616'],
  check({ package: pkg, server }) {
    if (pkg === undefined || pkg.registry === 'git') return CLEAN;
    const near = impersonated(pkg);
    if (near === undefined) return CLEAN;
    return found([
      {
        location: { path: server.path, pointer: pkg.argument.pointer },
        evidence: `${pkg.name} is ${near.how} ${near.name}`,
      },
    ]);
  },
};

function impersonated({ registry, name }: PackageReference): { name: string; how: string } | undefined {
  const known = registry === 'git' ? [] : WELL_KNOWN_PACKAGES[registry];
  if (known.includes(name)) return undefined;
  for (const candidate of known) {
    const how = resemblance(name, candidate);
    if (how !== undefined) return { name: candidate, how };
  }
  return undefined;
}

function resemblance(name: string, known: string): string | undefined {
  if (nameSkeleton(name) === nameSkeleton(known)) return 'drawn like';
  if (known.length >= NAME_LENGTH_MIN && isOneEditAway(name, known)) return 'one character away from';
  const [scope, base] = split(name);
  const [knownScope, knownBase] = split(known);
  // `mcp` or `mcp-server` under a scope says nothing: only a telling base name can be borrowed.
  const telling =
    knownScope !== '' && knownBase.length >= 10 && /^server-|mcp-server-|-mcp(?:-server)?$/.test(knownBase);
  if (!telling || scope === knownScope) return undefined;
  if (base === knownBase) return scope === '' ? 'without the scope of' : 'under another scope than';
  return nameSkeleton(base) === nameSkeleton(knownBase) ||
    (isAlike(scope, knownScope) && isOneEditAway(base, knownBase))
    ? 'drawn like'
    : undefined;
}

const isAlike = (a: string, b: string): boolean => isOneEditAway(a, b) || nameSkeleton(a) === nameSkeleton(b);

function split(name: string): [scope: string, base: string] {
  const slash = name.lastIndexOf('/');
  return slash < 0 ? ['', name] : [name.slice(0, slash), name.slice(slash + 1)];
}
