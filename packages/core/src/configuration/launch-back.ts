import type { UPDATE_FIXES } from '@mcp-coordinator/contract/actions.contract';
import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import { MASK } from '../remediations/seal-action.ts';

/** The fields of an update that make a launch what it was. */
export interface LaunchBack {
  readonly fields: Partial<Pick<Launch, 'transport' | 'command' | 'args' | 'env' | 'cwd' | 'url' | 'headers'>>;
  readonly fixes: readonly (typeof UPDATE_FIXES)[number][];
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/**
 * What an update has to say so that a server is started as it was before. Null where that cannot be said from outside the
 * machine: a value that changed is a secret, or a folder to work in is to be none again.
 */
export function launchBack(before: Launch, now: Launch): LaunchBack | null {
  if (before.command !== undefined && before.cwd === undefined && now.cwd !== undefined) return null;
  const fields = { ...plainFields(before, now), ...namedValues(before, now), ...noArguments(before, now) };
  if (JSON.stringify(fields).includes(MASK)) return null;
  return { fields, fixes: before.enabled === now.enabled ? [] : [before.enabled ? 'enable' : 'disable'] };
}

type Fields = LaunchBack['fields'];

const plainFields = (before: Launch, now: Launch): Fields =>
  Object.fromEntries(
    (['transport', 'command', 'args', 'cwd', 'url'] as const)
      .filter((name) => before[name] !== undefined && !same(before[name], now[name]))
      .map((name) => [name, before[name]]),
  );

/** Variables belong to a server that is started, headers to one that is reached. */
const namedValues = (before: Launch, now: Launch): Fields =>
  Object.fromEntries(
    (before.command === undefined ? (['headers'] as const) : (['env'] as const))
      .filter((name) => !same(before[name] ?? {}, now[name] ?? {}))
      .map((name) => [name, before[name] ?? {}]),
  );

const noArguments = (before: Launch, now: Launch): Fields =>
  before.command !== undefined && before.args === undefined && now.args !== undefined ? { args: [] } : {};
