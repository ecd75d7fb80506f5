import type { Action, Intent, PackageResolution, Target } from '@mcp-coordinator/contract/actions.contract';
import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import type { Refusal } from '@mcp-coordinator/contract/refusals';
import type { ConfigDocument } from '../files/config-document.ts';
import type { OpenedConfig } from '../inventory/open-config.ts';
import type { Machine } from '../machine.ts';
import type { ViewPackage } from '../packages/npm-view.ts';
import type { SecretSet, SecretStore } from '../secrets/secret-store.ts';
import type { PackageStore, StoredPackage } from '../store/package-store.ts';
import type { WorkingCopies } from './working-copies.ts';

/** What one action would do to one file, secrets in clear: never leaves the process in this form. */
export interface Draft {
  readonly action: Action;
  /** The action with versions and target filled in. */
  readonly resolved: Action;
  readonly config: OpenedConfig;
  readonly document: ConfigDocument;
  readonly root: readonly string[];
  readonly name: string;
  readonly target: Target;
  /** The file as it would be, parsed again. */
  readonly after: ConfigDocument;
  /** Undefined where there is none. */
  readonly entryAfter: unknown;
  /** What the client would start afterwards; null where nothing is left. */
  readonly launchAfter: Launch | null;
  /** Kept before the file names it; null where the change brings no secret. */
  readonly secrets: SecretSet | null;
  /** Kept on the machine before the file names it; null where the change needs no package of the store. */
  readonly stored: StoredPackage | null;
  /** Members outside the entry that the change removes. */
  readonly dropped: readonly (readonly string[])[];
  readonly package: PackageResolution | null;
  readonly intents: readonly Intent[];
}

export type ChangeRefusal = Refusal<'action_refused' | 'target_required' | 'ambiguous_server'>;

/** What drafting needs: the machine, the files so far, and who to ask. */
export interface Desk {
  readonly machine: Machine;
  readonly copies: WorkingCopies;
  readonly viewPackage: ViewPackage;
  readonly secretStore: SecretStore;
  readonly packageStore: PackageStore;
  /** What no server may read, beside this installer's own data. */
  readonly protectedPaths: readonly string[];
}
