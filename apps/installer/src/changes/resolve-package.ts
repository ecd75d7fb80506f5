import type { PackageResolution } from '@mcp-coordinator/contract/actions.contract';
import { refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { isExactVersion, pinned, specOf, whatIsFetched } from '../packages/package-argument.ts';
import type { ChangeRefusal, Desk } from './draft.ts';

/** Arguments with the package at its exact version, where the registry could say. */
export interface ResolvedArguments {
  readonly args: string[];
  readonly package: PackageResolution | null;
  /** "latest → 2026.8.31", where something was filled in. */
  readonly pin: string | null;
}

/** Finds the exact version and integrity of what a command line fetches; a package that does not exist is refused. */
export async function resolvePackage(
  command: string,
  args: readonly string[],
  { viewPackage }: Desk,
): Promise<Result<ResolvedArguments, ChangeRefusal>> {
  const fetches = whatIsFetched(command, args);
  if (fetches.kind === 'none') return accept({ args: [...args], package: null, pin: null });
  if (fetches.kind === 'other')
    return accept({ args: [...args], package: { status: 'unknown', reason: fetches.reason }, pin: null });
  if (fetches.kind === 'image')
    return accept({ args: [...args], package: { registry: 'oci', ...fetches.image }, pin: null });
  const { name, wanted } = fetches.argument;
  const registry = fetches.kind;
  // What PyPI calls a package does not hold the extras of one installation.
  const viewed = await viewPackage(name.replace(/\[.*$/, ''), wanted, registry);
  if (viewed.kind === 'away' || (viewed.kind === 'missing' && registry === 'oci')) {
    // An image may be on this machine alone.
    const reason = viewed.kind === 'away' ? viewed.reason : `no registry knows ${specOf(name, wanted, registry)}`;
    return accept({ args: [...args], package: { status: 'unknown', reason }, pin: null });
  }
  if (viewed.kind === 'missing') {
    const title = registry === 'npm' ? 'The npm registry' : 'PyPI';
    return deny(
      refuse(
        'action_refused',
        `${title} knows no package ${specOf(name, wanted, registry)}. Nothing was changed. Check the name and the version.`,
      ),
    );
  }
  const exact = registry === 'oci' ? `${viewed.version}@${viewed.integrity}` : viewed.version;
  return accept({
    args: pinned(args, fetches.argument, exact, registry),
    package: { registry, name, version: viewed.version, integrity: viewed.integrity },
    pin: isExactVersion(wanted, registry) ? null : `${name}: ${wanted === '' ? 'latest' : wanted} → ${exact}`,
  });
}
