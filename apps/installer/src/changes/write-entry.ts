import { isDeepStrictEqual } from 'node:util';
import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import { refuse } from '@mcp-coordinator/contract/refusals';
import type { Dialect } from '@mcp-coordinator/core/configuration/dialect';
import { replaceReferences } from '@mcp-coordinator/core/configuration/references';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { type JsoncDocument, parseJsonc } from '../files/jsonc-document.ts';
import { type Edited, insertMember, removeMember, replaceValue } from '../files/jsonc-edit.ts';
import type { ChangeRefusal } from './draft.ts';

/** One member set or removed (`value` undefined), named by its whole path. */
export interface MemberChange {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Makes the changes one by one, and answers only when the result parses to exactly what was meant. */
export function editMembers(
  document: JsoncDocument,
  changes: readonly MemberChange[],
): Result<JsoncDocument, ChangeRefusal> {
  let current = document;
  let expected: unknown = structuredClone(document.value ?? {});
  for (const change of changes) {
    const edited = editMember(current, change);
    if (!edited.ok) return cannot(edited.reason);
    const parsed = parseJsonc(edited.text);
    expected = withMember(expected, change.path, change.value);
    if (!parsed.ok || !isDeepStrictEqual(plain(parsed.document.value), plain(expected))) {
      return cannot('the edited file would not hold exactly the change that was meant');
    }
    current = parsed.document;
  }
  return accept(current);
}

/** Without prototypes and without order, both of which clients ignore. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? {})) as unknown;

function editMember(document: JsoncDocument, { path, value }: MemberChange): Edited {
  const parent = path.slice(0, -1);
  const key = path.at(-1) ?? '';
  if (value === undefined) return removeMember(document, parent, key);
  const replaced = replaceValue(document, parent, key, value);
  return replaced.ok ? replaced : insertMember(document, parent, key, value);
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

/** The entry of a launch in a client's own form, or the refusal that says why it has none. */
export function entryOf(launch: Launch, dialect: Dialect): Result<Record<string, unknown>, ChangeRefusal> {
  const written = dialect.write(launch);
  if (written.ok) return accept(written.entry);
  return deny(
    refuse('action_refused', `${written.reason}. Nothing was changed. Choose another client or another transport.`),
  );
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
