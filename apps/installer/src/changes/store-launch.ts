import type {
  ActionPlan,
  Intent,
  installServerSchema,
  PackageResolution,
} from '@mcp-coordinator/contract/actions.contract';
import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import type { ActionOutcome } from '@mcp-coordinator/contract/mcp.contract';
import { refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { z } from 'zod';
import { packageCall } from '../store/package-call.ts';
import type { StoredPackage } from '../store/package-store.ts';
import type { ChangeRefusal, Desk } from './draft.ts';
import type { Executor, Run } from './executor.ts';
import { startable } from './windows-start.ts';

/** How a server is started from the machine's store, and the package that has to be there for it. */
interface Kept {
  readonly launch: Launch;
  readonly stored: StoredPackage | null;
  readonly intents: readonly Intent[];
}

type Wish = Pick<z.infer<typeof installServerSchema>, 'store' | 'lock'>;

/** Where an action asks for it: the same package and arguments, started by its own program out of the store; else as it says. */
export async function storeLaunch(
  { store, lock }: Wish,
  launch: Launch,
  found: PackageResolution | null,
  { packageStore, machine }: Desk,
): Promise<Result<Kept, ChangeRefusal>> {
  if (store !== 'managed') {
    const plain = startable(launch, machine.place.platform);
    return plain.ok ? accept({ launch: plain.value, stored: null, intents: [] }) : plain;
  }
  const call = packageCall(launch.command ?? '', launch.args ?? []);
  if (!call.ok) return no(call.refusal);
  if (found === null || 'status' in found) return no(found?.reason ?? 'its version is not known');
  const { name, bin, args } = call.value;
  const planned = await packageStore.plan(name, found.version, bin, lock);
  if (!planned.ok) return no(planned.refusal);
  const { lock: locked, program } = planned.value;
  if (found.integrity !== null && found.integrity !== locked.integrity)
    return no(`the registry names two checksums for ${name}@${found.version}`);
  const others = locked.packages - 1;
  const text = `Package ${name}@${found.version} with ${others} ${others === 1 ? 'package' : 'packages'} it needs, each by its checksum`;
  return accept({
    launch: { ...launch, command: machine.launcher[0] ?? 'node', args: [program, ...args] },
    stored: planned.value,
    intents: [{ verb: 'Pin', text }],
  });
}

const no = (why: string): Result<never, ChangeRefusal> =>
  deny(
    refuse(
      'action_refused',
      `The package cannot be kept on this machine: ${why}. Nothing was changed. Use store: npx, or correct the command.`,
    ),
  );

/** A launch out of the store as the command line it came from, where an update says how it shall be started. */
export async function fromStore({ store }: Wish, launch: Launch, { packageStore }: Desk): Promise<Launch> {
  const [program = '', ...own] = launch.args ?? [];
  const kept = store === undefined ? null : await packageStore.packageAt(program);
  if (kept === null) return launch;
  return { ...launch, command: 'npx', args: ['-y', '-p', `${kept.name}@${kept.version}`, kept.bin, ...own] };
}

/** The digest that an approved action names, so that what is installed is what was looked at. */
export const lockOf = ({ stored }: { readonly stored: StoredPackage | null }): { lock?: string } =>
  stored === null ? {} : { lock: stored.lock.digest };

export function storeSteps(stored: StoredPackage | null): ActionPlan['steps'] {
  if (stored === null) return [];
  const { folder, lock } = stored;
  const steps: ActionPlan['steps'] = [
    { step: 'Keep the package', result: 'would_run', observed: `${lock.packages} packages in ${folder}` },
  ];
  if (lock.scripted.length > 0)
    steps.push({
      step: 'Run install scripts',
      result: 'unknown',
      observed: `${lock.scripted.join(', ')} would like to run something when installed; nothing is run, and whether it works without is not known`,
    });
  return steps;
}

/** Installs what the change needs. Answers the outcome of a change that cannot go on, or null. */
export async function keepPackage(
  { packageStore }: Executor,
  { outcome }: Run,
  stored: StoredPackage | null,
): Promise<ActionOutcome | null> {
  if (stored === null) return null;
  const { name, version } = stored;
  outcome.note(`keeping ${name}@${version} and what it needs on this machine`);
  const kept = await packageStore.keep(stored);
  if (!kept.ok)
    return outcome.end(
      'failed',
      `${name}@${version} could not be installed: ${kept.refusal}. Nothing was changed. Try again.`,
    );
  outcome.note(
    kept.value === 'installed'
      ? `installed ${name}@${version}, ${stored.lock.packages} packages`
      : `${name}@${version} was there`,
  );
  return null;
}
