import { factsKey, isUnknown, type PackageFacts } from '../knowledge/package-facts.ts';
import type { PackageReference } from '../launch/fetched-package.ts';
import { CLEAN, type Hit, type Judgement, type Subject, undetermined } from './rule.ts';

/** What was learnt of the subject's package, or what a rule answers where nothing was. */
type Asked =
  | {
      readonly ok: true;
      readonly facts: PackageFacts;
      readonly pkg: PackageReference;
      readonly location: Hit['location'];
    }
  | { readonly ok: false; readonly judgement: Judgement };

/** A server that comes from no registry is not concerned; one whose registry was not asked, or kept silent, is unknown. */
export function askedFacts({ package: pkg, server, knowledge }: Subject): Asked {
  if (pkg === undefined || pkg.registry === 'git') return { ok: false, judgement: CLEAN };
  const answer = knowledge?.get(factsKey(pkg));
  if (answer === undefined) return { ok: false, judgement: undetermined(`no registry was asked about ${pkg.name}`) };
  if (isUnknown(answer)) return { ok: false, judgement: undetermined(answer.unknown) };
  return { ok: true, facts: answer, pkg, location: { path: server.path, pointer: pkg.argument.pointer } };
}
