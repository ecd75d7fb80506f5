import type { Action } from '@mcp-coordinator/contract/actions.contract';
import type { InventoryServer, Launch } from '@mcp-coordinator/contract/inventory.contract';
import type { AssessedServer } from '@mcp-coordinator/contract/mcp.contract';
import type { KeyedServer } from '@mcp-coordinator/core/assessments/server-keys';
import { observeEntry } from '@mcp-coordinator/core/configuration/observe';
import { MASK } from '@mcp-coordinator/core/remediations/seal-action';
import { snapshotsFor } from './take-preview.ts';

/**
 * What a proposal without an assessment is judged on: the servers as they would stand, else as they stand; and what of it is
 * kept. Values of `env` and `headers` are judged, and at rest they are in the sealed action alone.
 */
export function judgedServers(
  actions: readonly Action[],
  servers: readonly KeyedServer[],
  keyedHash: (text: string) => string,
): { servers: AssessedServer[]; kept: AssessedServer[] } {
  // The same on several machines is judged once.
  const once = actions.filter(
    ({ serverName }, index) => actions.findIndex((other) => other.serverName === serverName) === index,
  );
  const changed = once.flatMap((action) => {
    const snapshot = proposedSnapshot(action, keyedHash);
    return snapshot
      ? [{ key: action.serverName, snapshot, ...(action.target ? { installerId: action.target.installerId } : {}) }]
      : [];
  });
  const named = new Set(changed.map((one) => one.key));
  const others = snapshotsFor(actions, servers).filter((one) => !named.has(one.key));
  const kept = changed.map((one) => ({ ...one, snapshot: withoutValues(one.snapshot) }));
  return { servers: [...changed, ...others], kept: [...kept, ...others] };
}

function withoutValues(snapshot: InventoryServer): InventoryServer {
  const hide = <Held extends object>(held: Held): Held => {
    const hidden = Object.entries(held).map(([name, value]: [string, unknown]) => [
      name,
      name === 'env' || name === 'headers' ? maskAll(value as Record<string, string>) : value,
    ]);
    return Object.fromEntries(hidden) as Held;
  };
  return { ...snapshot, entry: hide(snapshot.entry as object), launch: hide(snapshot.launch) };
}

const maskAll = (values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.keys(values).map((name) => [name, MASK]));

function proposedSnapshot(action: Action, keyedHash: (text: string) => string): InventoryServer | undefined {
  if (action.type !== 'install_server' || !action.target) return undefined;
  const { command, args, env, url, headers, cwd } = action;
  const given = { command, args, env, url, headers, cwd };
  const entry = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const launch: Launch = {
    transport: action.transport ?? (url ? 'streamable-http' : 'stdio'),
    enabled: true,
    ...entry,
  };
  const seen = observeEntry(entry, launch, keyedHash);
  return {
    name: action.serverName,
    client: action.target.client,
    scope: action.target.scope,
    path: action.target.path,
    pointer: '',
    entry: seen.entry,
    launch: seen.launch,
    observations: seen.observations,
    resolvedCommand: null,
    hash: keyedHash(JSON.stringify(entry)),
    definitions: { status: 'unknown', reason: 'it is not installed yet' },
  };
}
