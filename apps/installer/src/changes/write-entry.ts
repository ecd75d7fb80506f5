import { isDeepStrictEqual } from 'node:util';
import type { Intent } from '@mcp-coordinator/contract/actions.contract';
import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import { refuse } from '@mcp-coordinator/contract/refusals';
import type { Dialect } from '@mcp-coordinator/core/configuration/dialect';
import { valueAt } from '@mcp-coordinator/core/configuration/json-pointer';
import { replaceReferences } from '@mcp-coordinator/core/configuration/references';
import { translateLaunch } from '@mcp-coordinator/core/configuration/translate-launch';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { type ConfigDocument, isRecord } from '../files/config-document.ts';
import { parseConfig } from '../files/parse-config.ts';
import type { ChangeRefusal } from './draft.ts';

/** One member set or removed (`value` undefined), named by its whole path. */
export interface MemberChange {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Makes the changes one by one, and answers only when the result parses to exactly what was meant. */
export function editMembers(
  document: ConfigDocument,
  changes: readonly MemberChange[],
): Result<ConfigDocument, ChangeRefusal> {
  let current = document;
  let expected: unknown = structuredClone(document.value ?? {});
  for (const change of changes) {
    const edited = change.value === undefined ? current.remove(change.path) : current.set(change.path, change.value);
    if (!edited.ok) return cannot(edited.reason);
    const parsed = parseConfig(edited.text, document.format);
    expected = withMember(expected, change.path, change.value);
    if (!parsed.ok || !holds(parsed.document.value, expected, change)) {
      return cannot('the edited file would not hold exactly the change that was meant');
    }
    current = parsed.document;
  }
  return accept(current);
}

/** Without prototypes and without order, both of which clients ignore. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? {})) as unknown;

/** A table of TOML is there only as long as something stands in it. */
function holds(value: unknown, expected: unknown, { path, value: set }: MemberChange): boolean {
  if (isDeepStrictEqual(plain(value), plain(expected))) return true;
  return set === undefined && isDeepStrictEqual(plain(value), plain(withoutEmptied(expected, path.slice(0, -1))));
}

function withoutEmptied(target: unknown, path: readonly string[]): unknown {
  if (path.length === 0) return target;
  const holder = valueAt(target, path);
  const isEmpty = isRecord(holder) && Object.keys(holder).length === 0;
  return isEmpty ? withoutEmptied(withMember(target, path, undefined), path.slice(0, -1)) : target;
}

function withMember(target: unknown, [key = '', ...rest]: readonly string[], value: unknown): unknown {
  const members = Object.entries((target ?? {}) as Record<string, unknown>);
  const before = members.find(([name]) => name === key)?.[1];
  const after = rest.length === 0 ? value : withMember(before, rest, value);
  const others = members.filter(([name]) => name !== key);
  return Object.fromEntries(after === undefined ? others : [...others, [key, after]]);
}

const cannot = (reason: string): Result<never, ChangeRefusal> =>
  deny(
    refuse(
      'action_refused',
      `The file cannot be edited without loss: ${reason}. Nothing was changed. Edit it by hand, or choose another target.`,
    ),
  );

/** An entry in a client's own form, and what is told of what it has no place for. */
interface WrittenEntry {
  readonly entry: Record<string, unknown>;
  readonly intents: readonly Intent[];
}

/** The entry of a launch in a client's own form, or the refusal that says why it has none. */
export function entryOf(
  launch: Launch,
  name: string,
  dialect: Dialect,
  document: unknown,
): Result<WrittenEntry, ChangeRefusal> {
  const written = translateLaunch(launch, name, dialect, document);
  if (!written.ok)
    return deny(
      refuse('action_refused', `${written.reason}. Nothing was changed. Choose another client or another transport.`),
    );
  const intents = written.left.map((field): Intent => {
    if (field === 'autoApprove') return { verb: 'Narrow', text: 'Run unasked: nothing' };
    return { verb: 'Replace', text: `Timeout: ${launch.timeoutMs ?? 0} ms → the default of ${dialect.client}` };
  });
  return accept({ entry: written.entry, intents });
}

/** A launch with the references of one client turned into those of another; the first that cannot be is refused. */
export function translateReferences(launch: Launch, dialect: Dialect): Result<Launch, ChangeRefusal> {
  let failed: string | undefined;
  const turn = (text: string): string =>
    replaceReferences(text, ({ text: found, variable }) => {
      const own = variable === null ? null : dialect.reference(variable);
      if (own === null) failed ??= found;
      return own ?? found;
    });
  const turnAll = (values: Record<string, string>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, turn(value)]));
  const turned: Launch = {
    ...launch,
    ...(launch.command === undefined ? {} : { command: turn(launch.command) }),
    ...(launch.args === undefined ? {} : { args: launch.args.map(turn) }),
    ...(launch.env === undefined ? {} : { env: turnAll(launch.env) }),
    ...(launch.url === undefined ? {} : { url: turn(launch.url) }),
    ...(launch.headers === undefined ? {} : { headers: turnAll(launch.headers) }),
  };
  if (failed === undefined) return accept(turned);
  return deny(
    refuse(
      'action_refused',
      `${dialect.client} cannot resolve ${failed}. Nothing was changed. Choose another client, or give the value itself.`,
    ),
  );
}
