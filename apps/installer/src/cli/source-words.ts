import { readFile } from 'node:fs/promises';
import { refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { ChangeRefusal } from '../changes/draft.ts';
import { type Given, InputForm } from '../sources/fill-inputs.ts';
import type { FindServer } from '../sources/find-server.ts';
import { type Choice, launchFromServer } from '../sources/launch-from-server.ts';
import { type ServerJson, serverJsonSchema } from '../sources/server-json.ts';
import { pairsOf, type Words } from './action-words.ts';
import type { Terminal } from './terminal.ts';

/** What a person typed about a server that a registry, or a `server.json`, describes. */
export interface SourceWords {
  readonly as?: string;
  readonly input?: readonly string[];
  readonly kind?: string;
  readonly release?: string;
}

/** The name, the command line and the words of an installation that a source describes. */
export interface SourcedInstall {
  readonly name: string;
  readonly argv: readonly string[];
  readonly words: Words;
}

type Sourced<T> = Result<T, ChangeRefusal>;
const no = (detail: string): Sourced<never> => deny(refuse('action_refused', `${detail} Nothing was changed.`));
const CHOICES: readonly string[] = ['npm', 'pypi', 'oci', 'remote'] satisfies Choice[];
const isChoice = (kind: string): kind is Choice => CHOICES.includes(kind);

/** Reads a source: a file where the name is a path, else a server of the registry. */
export async function sourcedInstall(
  source: string,
  { as, input, kind, release = 'latest' }: SourceWords,
  findServer: FindServer,
  { askValue }: Pick<Terminal, 'askValue'>,
): Promise<Sourced<SourcedInstall>> {
  const given = pairsOf(input, '=');
  if (given === null) return no('An input is given as NAME=value.');
  if (kind !== undefined && !isChoice(kind))
    return no(`There is no kind ${kind}; the kinds are ${CHOICES.join(', ')}.`);
  const server = /^[./~]|\.json$/.test(source)
    ? await fromFile(source)
    : await fromRegistry(source, release, findServer);
  if (!server.ok) return server;
  const launch = await launchAsking(server.value, given ?? {}, kind, askValue);
  if (!launch.ok) return launch;
  const { transport, command, args = [], env = {}, url, headers = {} } = launch.value;
  return accept({
    // Registries put a name space in front, which no client needs.
    name: as ?? server.value.name.split('/').at(-1) ?? server.value.name,
    argv: command === undefined ? [] : [command, ...args],
    words: {
      transport,
      env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      header: Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      ...(url === undefined ? {} : { url }),
    },
  });
}

/** What is needed and was not given is asked for where somebody is there to answer, once; else it is refused by name. */
async function launchAsking(
  server: ServerJson,
  given: Given,
  kind: Choice | undefined,
  askValue: Terminal['askValue'],
): Promise<ReturnType<typeof launchFromServer>> {
  const form = new InputForm(given);
  const launch = launchFromServer(server, form, kind);
  if (launch.ok || askValue === null || form.missing.length === 0) return launch;
  const answers: Record<string, string> = {};
  for (const { name, question, isSecret } of form.missing) {
    const answer = await askValue(question, isSecret);
    if (answer !== '') answers[name] = answer;
  }
  return launchFromServer(server, new InputForm({ ...given, ...answers }), kind);
}

async function fromFile(path: string): Promise<Sourced<ServerJson>> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return no(`${path} cannot be read.`);
  try {
    const parsed = serverJsonSchema.safeParse(JSON.parse(text));
    return parsed.success
      ? accept(parsed.data)
      : no(`${path} is no server.json: ${parsed.error.issues[0]?.message ?? ''}.`);
  } catch {
    return no(`${path} is no JSON.`);
  }
}

async function fromRegistry(name: string, release: string, findServer: FindServer): Promise<Sourced<ServerJson>> {
  const found = await findServer(name, release);
  if (found.kind === 'found') return accept(found.server);
  return found.kind === 'missing'
    ? no(`The registry knows no server ${name} (${release}).`)
    : no(`The server ${name} is not known: ${found.reason}. Try again later, or name a server.json.`);
}
