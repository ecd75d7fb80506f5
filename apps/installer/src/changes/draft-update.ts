import { isDeepStrictEqual } from 'node:util';
import type { Action, Intent, Target } from '@mcp-coordinator/contract/actions.contract';
import { refuse } from '@mcp-coordinator/contract/refusals';
import type { AutoApproval, Dialect } from '@mcp-coordinator/core/configuration/dialect';
import { dialectOf } from '@mcp-coordinator/core/configuration/neutral';
import { maskArguments } from '@mcp-coordinator/core/configuration/observe';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { documentOf, targetOf } from './add-entry.ts';
import type { ChangeRefusal, Desk, Draft } from './draft.ts';
import { type FoundServer, findServer } from './find-target.ts';
import { lockOf } from './store-launch.ts';
import { type Update, type Updated, updateLaunch } from './update-launch.ts';
import { editMembers, entryOf, type MemberChange } from './write-entry.ts';

/** Changes members of an entry in place; members nobody named stay as they are, known to us or not. */
export async function draftUpdate(action: Update, desk: Desk): Promise<Result<Draft, ChangeRefusal>> {
  const found = await findServer(action.serverName, action.target, desk);
  if (!found.ok) return found;
  const server = found.value;
  const document = documentOf(server.config);
  const dialect = dialectOf(server.file.client);
  const updated = await updateLaunch({ ...action, serverName: server.name }, server.launch, desk);
  if (!updated.ok) return updated;
  const approvals =
    action.fixes?.includes('require_approval') === true
      ? dialect.autoApprovals(server.entry, server.name, document.value, server.root)
      : [];
  const changed = entryChanges(server, updated.value, dialect, document.value);
  if (!changed.ok) return changed;
  const changes = [...changed.value, ...approvals.map(({ path, rest }) => ({ path, value: rest }))];
  if (changes.length === 0) return nothingToDo(server);
  const edited = editMembers(document, changes);
  if (!edited.ok) return edited;
  const target = targetOf(server.file, desk.machine);
  const valueAfter = edited.value.value;
  return accept({
    action,
    resolved: resolvedUpdate(action, server.name, target, updated.value),
    config: server.config,
    document,
    root: server.root,
    name: server.name,
    target,
    after: edited.value,
    entryAfter: entryIn(valueAfter, [...server.root, server.name]),
    launchAfter: updated.value.launch,
    secrets: updated.value.secrets,
    stored: updated.value.stored,
    dropped: approvals.map(({ path }) => path).filter((path) => !startsWith(path, [...server.root, server.name])),
    package: updated.value.package,
    intents: [...updated.value.intents, ...approvals.map(narrowed)],
  });
}

const startsWith = (path: readonly string[], start: readonly string[]): boolean =>
  start.every((key, index) => path[index] === key);

function entryIn(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}

const narrowed = ({ tools }: AutoApproval): Intent => ({
  verb: 'Narrow',
  text: `Run unasked: ${tools.join(', ')} → nothing`,
});

/** The members whose written form differs between the launch as read and the launch as it shall be. */
function entryChanges(
  server: FoundServer,
  { launch }: Updated,
  dialect: Dialect,
  document: unknown,
): Result<MemberChange[], ChangeRefusal> {
  const { autoApprove: _before, ...readable } = server.launch;
  const { autoApprove: _after, ...wanted } = launch;
  const after = entryOf(wanted, server.name, dialect, document);
  if (!after.ok) return after;
  const written = dialect.write(readable, document, server.name);
  const before = written.ok ? written.entry : {};
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after.value.entry)])];
  const path = [...server.root, server.name];
  return accept(
    keys
      .filter((key) => !isDeepStrictEqual(before[key], after.value.entry[key]))
      .filter((key) => after.value.entry[key] !== undefined || Object.hasOwn(server.entry as object, key))
      .map((key) => ({ path: [...path, key], value: after.value.entry[key] })),
  );
}

function nothingToDo({ name, file }: FoundServer): Result<never, ChangeRefusal> {
  return deny(
    refuse(
      'action_refused',
      `${name} in ${file.path} already is as asked. Nothing was changed, and nothing needs to be.`,
    ),
  );
}

/** Exact arguments travel with the action, so that what is approved is what runs; not where one of them is a secret. */
function resolvedUpdate(
  action: Update,
  serverName: string,
  target: Target,
  { innerArgs, package: found, stored }: Updated,
): Action {
  const pins =
    found !== null &&
    !('status' in found) &&
    (action.fixes?.includes('pin_package') === true || action.args !== undefined || action.store !== undefined);
  const open = innerArgs !== undefined && isDeepStrictEqual(maskArguments(innerArgs), [...innerArgs]);
  return { ...action, serverName, target, ...(pins && open ? { args: [...innerArgs] } : {}), ...lockOf({ stored }) };
}
