import type { Intent, PackageResolution, updateServerSchema } from '@mcp-coordinator/contract/actions.contract';
import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import { refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { z } from 'zod';
import { unwrapLaunch, wrapLaunch } from '../secrets/launcher-entry.ts';
import type { SecretSet } from '../secrets/secret-store.ts';
import type { StoredPackage } from '../store/package-store.ts';
import type { ChangeRefusal, Desk } from './draft.ts';
import { placeSecrets } from './place-secrets.ts';
import { type ResolvedArguments, resolvePackage } from './resolve-package.ts';
import { fromStore, storeLaunch } from './store-launch.ts';
import { withoutInterpreter } from './windows-start.ts';

export type Update = z.infer<typeof updateServerSchema>;

/** A launch after an update, and what is told about it. */
export interface Updated {
  readonly launch: Launch;
  /** The arguments of the server itself, without the launcher around them. */
  readonly innerArgs: readonly string[] | undefined;
  readonly secrets: SecretSet | null;
  readonly stored: StoredPackage | null;
  readonly package: PackageResolution | null;
  readonly intents: readonly Intent[];
}

const NOT_ASKED: ResolvedArguments = { args: [], package: null, pin: null };

const FIELDS = ['transport', 'command', 'args', 'env', 'cwd', 'url', 'headers'] as const;

/** Named fields replace what stands there, then the fixes are made; secrets go to the store as in an installation. */
export async function updateLaunch(
  action: Update,
  before: Launch,
  desk: Desk,
): Promise<Result<Updated, ChangeRefusal>> {
  const unwrapped = unwrapLaunch(before);
  const inner = {
    ...unwrapped,
    launch: withoutInterpreter(await fromStore(action, unwrapped.launch, desk), desk.machine.place.platform),
  };
  const replaced = replaceFields(action, inner.launch);
  const switched = switchOn(action, replaced.launch);
  const pinning = namesPackage(action);
  // Nothing is asked of a registry for a change that leaves the command line alone.
  const asked = pinning
    ? await resolvePackage(switched.launch.command ?? '', switched.launch.args ?? [], desk)
    : accept(NOT_ASKED);
  if (!asked.ok) return asked;
  const resolved = asked.value;
  const args = pinning && switched.launch.args !== undefined ? resolved.args : switched.launch.args;
  if (action.fixes?.includes('pin_package') === true && resolved.package !== null && 'status' in resolved.package) {
    const detail = `The package cannot be pinned: ${resolved.package.reason}. Nothing was changed. Try again later, or name the exact version in args.`;
    return deny(refuse('action_refused', detail));
  }
  const pin: Intent[] = pinning && resolved.pin !== null ? [{ verb: 'Pin', text: `Package ${resolved.pin}` }] : [];
  const kept =
    action.env !== undefined || inner.secretSet === null ? null : await desk.secretStore.read(inner.secretSet);
  const fetched = args === undefined ? switched.launch : { ...switched.launch, args };
  const stored = await storeLaunch(action, fetched, resolved.package, desk);
  if (!stored.ok) return stored;
  const placed = await place(action, stored.value.launch, inner.secretSet, kept, desk);
  if (!placed.ok) return placed;
  return accept({
    launch: placed.value.launch,
    innerArgs: args,
    secrets: placed.value.secrets,
    stored: stored.value.stored,
    package: resolved.package,
    intents: [...replaced.intents, ...switched.intents, ...pin, ...stored.value.intents, ...placed.value.intents],
  });
}

/** Whether what is fetched and run may be another after the update. */
const namesPackage = ({ fixes, command, args, store }: Update): boolean =>
  fixes?.includes('pin_package') === true || [command, args, store].some((field) => field !== undefined);

function replaceFields(action: Update, before: Launch): { launch: Launch; intents: Intent[] } {
  const named = FIELDS.filter((field) => action[field] !== undefined);
  const fields = Object.fromEntries(named.map((field) => [field, action[field]])) as Partial<Launch>;
  const launch: Launch = { ...before, ...fields };
  // A server is started or reached, never both: naming the one takes away what belongs to the other.
  if (action.url !== undefined) for (const field of ['command', 'args', 'env', 'cwd'] as const) delete launch[field];
  if (action.command !== undefined) for (const field of ['url', 'headers'] as const) delete launch[field];
  if (action.transport === undefined && action.url !== undefined && before.transport === 'stdio')
    launch.transport = 'streamable-http';
  if (action.transport === undefined && action.command !== undefined) launch.transport = 'stdio';
  return { launch, intents: named.length === 0 ? [] : [{ verb: 'Replace', text: named.join(', ') }] };
}

function switchOn({ fixes = [] }: Update, launch: Launch): { launch: Launch; intents: Intent[] } {
  if (fixes.includes('disable'))
    return {
      launch: { ...launch, enabled: false },
      intents: [{ verb: 'Disable', text: 'the server, keeping its entry' }],
    };
  if (fixes.includes('enable'))
    return { launch: { ...launch, enabled: true }, intents: [{ verb: 'Enable', text: 'the server' }] };
  return { launch, intents: [] };
}

type Placement = Pick<Updated, 'launch' | 'secrets' | 'intents'>;

async function place(
  action: Update,
  launch: Launch,
  setBefore: string | null,
  kept: SecretSet | null,
  { machine }: Desk,
): Promise<Result<Placement, ChangeRefusal>> {
  const moving = action.fixes?.includes('move_secrets') === true;
  const bringsValues = action.env !== undefined || action.headers !== undefined;
  if (moving || (bringsValues && action.literal !== true))
    return placeSecrets(action.serverName, launch, machine, kept?.values);
  // Nothing about the values changes: what was handed over by the launcher still is.
  const stays = setBefore !== null && action.env === undefined && launch.command !== undefined;
  return accept({ launch: stays ? wrapLaunch(launch, setBefore, machine) : launch, secrets: null, intents: [] });
}
