import type { Severity } from '@mcp-coordinator/contract/findings.contract';
import type { PackageReference } from '../launch/fetched-package.ts';

/** A published weakness of one version. */
export interface Advisory {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  /** The first version without it; null when there is none. */
  readonly fixedIn: string | null;
}

/** What a registry says of one version of a package. A field is an `Unknown` where the registry does not serve it. */
export interface PackageFacts {
  /** What the owners wrote when they gave the version up; null when they did not. */
  readonly deprecated: string | null;
  /** Subresource integrity of the archive, such as `sha512-…`. */
  readonly integrity: string | null;
  readonly hasInstallScripts: boolean;
  /** ISO 8601. */
  readonly publishedAt: string | null;
  readonly maintainers: readonly string[];
  readonly advisories: readonly Advisory[] | Unknown;
}
export interface Unknown {
  readonly unknown: string;
}

/** Asks what is known of a package. A port: tests answer from recordings; the real one asks through the machine's own npm. */
export type AskFacts = (pkg: PackageReference) => Promise<PackageFacts | Unknown>;

/** Answers by package, gathered before anything is judged: rules ask nobody. */
export type Knowledge = ReadonlyMap<string, PackageFacts | Unknown>;

export const factsKey = ({ registry, name, version }: PackageReference): string =>
  `${registry}:${name}@${version ?? ''}`;

export const isUnknown = (value: object): value is Unknown => Object.hasOwn(value, 'unknown');
