import { type Action, actionSchema, type Target } from '@mcp-coordinator/contract/actions.contract';
import { clientIdSchema, scopeSchema } from '@mcp-coordinator/contract/inventory.contract';
import { refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { z } from 'zod';
import type { ChangeRefusal } from '../changes/draft.ts';
import type { ConfigFile } from '../clients/client-files.ts';
import { bytesHash, readBytes } from '../files/file-bytes.ts';
import { discoverFiles } from '../inventory/discover-files.ts';
import type { Machine } from '../machine.ts';

/** What a person typed after the kind of change. */
export interface Words {
  readonly client?: string;
  readonly scope?: string;
  readonly path?: string;
  readonly url?: string;
  readonly transport?: string;
  readonly env?: readonly string[];
  readonly header?: readonly string[];
  readonly cwd?: string;
  readonly literal?: boolean;
  readonly fix?: readonly string[];
  readonly store?: string;
}

type Typed<T> = Result<T, ChangeRefusal>;
const no = (detail: string): Typed<never> => deny(refuse('action_refused', `${detail} Nothing was changed.`));

/** The action that a line of words means; checked as one that came over the network would be. */
export async function actionOf(
  type: 'install_server' | 'update_server' | 'remove_server' | 'generate_config',
  serverName: string,
  argv: readonly string[],
  words: Words,
  machine: Machine,
): Promise<Typed<Action>> {
  const target = await targetOf(words, machine);
  if (!target.ok) return target;
  const [command, ...args] = argv;
  const env = pairsOf(words.env, '=');
  const headers = pairsOf(words.header, ':');
  if (env === null) return no('A variable is given as NAME=value.');
  if (headers === null) return no('A header is given as "Name: value".');
  const described = {
    ...(command === undefined ? {} : { command, args }),
    ...onlyGiven({ url: words.url, transport: words.transport, cwd: words.cwd, fixes: words.fix, store: words.store }),
    ...(env === undefined || Object.keys(env).length === 0 ? {} : { env }),
    ...(headers === undefined || Object.keys(headers).length === 0 ? {} : { headers }),
    ...(words.literal === true ? { literal: true } : {}),
  };
  const parsed = actionSchema.safeParse({
    id: 'typed',
    type,
    serverName,
    ...(target.value === undefined ? {} : { target: target.value }),
    ...described,
  });
  return parsed.success ? accept(parsed.data) : no(firstIssue(parsed.error));
}

const onlyGiven = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function firstIssue({ issues }: z.ZodError): string {
  const [issue] = issues;
  return issue === undefined
    ? 'The change is not understood.'
    : `${issue.path.join('.') || 'The change'}: ${issue.message}.`;
}

/** `NAME=value` texts as a record; null where one of them is none. */
export function pairsOf(texts: readonly string[] | undefined, mark: string): Record<string, string> | undefined | null {
  if (texts === undefined) return undefined;
  const pairs = texts.map((text) => {
    const at = text.indexOf(mark);
    return at < 1 ? null : ([text.slice(0, at).trim(), text.slice(at + 1).replace(/^ /, '')] as const);
  });
  return pairs.includes(null) ? null : Object.fromEntries(pairs.filter((pair) => pair !== null));
}

/** The file a client, a scope and a path mean: the one that is there already, else the one that would be made. */
async function targetOf({ client, scope, path }: Words, machine: Machine): Promise<Typed<Target | undefined>> {
  if (client === undefined)
    return path === undefined && scope === undefined ? accept(undefined) : no('Name the client, too.');
  const id = clientIdSchema.safeParse(client);
  if (!id.success) return no(`There is no client ${client}; the names are ${clientIdSchema.options.join(', ')}.`);
  if (scope !== undefined && !scopeSchema.safeParse(scope).success)
    return no(`There is no scope ${scope}; the names are ${scopeSchema.options.join(', ')}.`);
  const files = (await discoverFiles(machine)).filter((file) => matches(file, id.data, scope, path));
  const there = await Promise.all(files.map((file) => exists(file.path)));
  const file = files[there.indexOf(true)] ?? files[0];
  if (file !== undefined) return accept(named(file, machine));
  // A file that two clients share is listed under one of them, and a new file in a folder under none.
  if (path !== undefined)
    return accept({
      installerId: machine.installerId,
      client: id.data,
      scope: scopeSchema.parse(scope ?? 'project'),
      path,
    });
  return no(`${client} keeps no ${scope ?? ''} servers on this machine.`);
}

const matches = (file: ConfigFile, client: string, scope: string | undefined, path: string | undefined): boolean =>
  file.client === client &&
  (scope === undefined ? file.scope !== 'local' : file.scope === scope) &&
  (path === undefined || file.path === path);

const exists = (path: string): Promise<boolean> =>
  readBytes(path).then(
    (found) => bytesHash(found?.bytes ?? null) !== 'nothing',
    () => true,
  );

const named = ({ client, scope, path }: ConfigFile, { installerId }: Machine): Target => ({
  ...{ installerId, client, scope, path },
});
