import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import { refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { ChangeRefusal } from '../changes/draft.ts';
import type { InputForm } from './fill-inputs.ts';
import type { ServerJson, ServerPackage, ServerRemote } from './server-json.ts';

type Described = Pick<Launch, 'transport' | 'command' | 'args' | 'env' | 'url' | 'headers'>;
type Built = Result<Described, ChangeRefusal>;
const no = (detail: string): Result<never, ChangeRefusal> =>
  deny(refuse('action_refused', `${detail} Nothing was changed.`));

/** Which of a server's packages and remotes is wanted; without it the first package, else the first remote. */
export type Choice = 'npm' | 'pypi' | 'oci' | 'remote';

/** How a server out of a registry is started or reached, with its inputs filled in; the form then says what is missing. */
export function launchFromServer(server: ServerJson, form: InputForm, choice?: Choice): Built {
  const offered = (server.packages ?? []).filter(({ registryType }) => choice === undefined || registryType === choice);
  const usable = offered.find((candidate) => candidate.registryType in RUNNERS) ?? offered[0];
  const remote = choice === undefined || choice === 'remote' ? server.remotes?.[0] : undefined;
  if (choice === 'remote' || usable === undefined)
    return remote === undefined
      ? no(`${server.name} offers no ${choice ?? 'package or remote'}.`)
      : reached(remote, form);
  return started(usable, server.name, form);
}

/** The command that fetches and starts a package at an exact version. */
const RUNNERS: Readonly<Record<string, (pack: ServerPackage, version: string, form: InputForm) => string[]>> = {
  npm: ({ identifier, runtimeArguments }, version, form) => [
    'npx',
    ...(runtimeArguments === undefined ? ['-y'] : form.arguments(runtimeArguments)),
    `${identifier}@${version}`,
  ],
  pypi: ({ identifier, runtimeArguments }, version, form) => [
    'uvx',
    ...form.arguments(runtimeArguments),
    `${identifier}==${version}`,
  ],
  oci: ({ identifier, runtimeArguments, environmentVariables }, version, form) => [
    'docker',
    'run',
    '-i',
    '--rm',
    // The value itself stands in the environment, never on the command line.
    ...(environmentVariables ?? []).flatMap(({ name }) => ['-e', name]),
    ...form.arguments(runtimeArguments),
    version === '' ? identifier : `${identifier}:${version}`,
  ],
};

/** A tag that moves is no version; an image may carry its tag or digest in its name. */
function exactVersion({ registryType, identifier, version = '' }: ServerPackage): string | null {
  const inName = registryType === 'oci' && /(?:@sha256:[0-9a-f]{64}|:[A-Za-z0-9_][\w.-]{0,127})$/.test(identifier);
  if (version === '' && inName) return identifier.endsWith(':latest') ? null : '';
  return /^\d[\w.+!-]*$|^v\d[\w.+-]*$/.test(version) ? version : null;
}

const HOMES: Readonly<Record<string, string>> = { npm: 'registry.npmjs.org', pypi: 'pypi.org' };

/** A registry of packages that the runner would not ask, or null. The name of an image brings its registry along. */
function otherRegistry({ registryType, registryBaseUrl }: ServerPackage): string | null {
  const home = Object.hasOwn(HOMES, registryType) ? HOMES[registryType] : undefined;
  if (home === undefined || registryBaseUrl === undefined) return null;
  return URL.canParse(registryBaseUrl) && new URL(registryBaseUrl).hostname === home ? null : registryBaseUrl;
}

function started(pack: ServerPackage, name: string, form: InputForm): Built {
  const runner = Object.hasOwn(RUNNERS, pack.registryType) ? RUNNERS[pack.registryType] : undefined;
  if (runner === undefined) return unsupported(pack, name);
  const elsewhere = otherRegistry(pack);
  if (elsewhere !== null)
    return no(
      `${name} keeps ${pack.identifier} in ${elsewhere}; under that name another registry may hold something else.`,
    );
  const version = exactVersion(pack);
  if (version === null)
    return no(`${name} names no exact version of ${pack.identifier}, so what would run is not known.`);
  if (/^-|\s/.test(pack.identifier)) return no(`${JSON.stringify(pack.identifier)} is no name of a package.`);
  const [command = '', ...args] = runner(pack, version, form);
  args.push(...form.arguments(pack.packageArguments));
  const env = valuesOf(pack.environmentVariables, form);
  if (pack.transport.type !== 'stdio')
    return no(`${name} must be started by hand and is then reached at ${pack.transport.url}; add it by that URL.`);
  return finished(form, { transport: 'stdio', command, args, ...(Object.keys(env).length > 0 ? { env } : {}) });
}

function unsupported({ registryType, fileSha256 }: ServerPackage, name: string): Built {
  if (registryType !== 'mcpb')
    return no(`${name} comes as a ${registryType} package, which this installer cannot start.`);
  return fileSha256 === undefined
    ? no(`${name} is an MCPB bundle without fileSha256, so nobody could tell whether it is the one that was published.`)
    : no(`${name} is an MCPB bundle, which this installer does not unpack; open it in a client that does.`);
}

function reached(remote: ServerRemote, form: InputForm): Built {
  const url = form.url(remote.url, remote.variables);
  const headers = valuesOf(remote.headers, form);
  if (form.problems.length === 0 && !/^https?:\/\//.test(url)) return no(`${url} is no http or https URL.`);
  return finished(form, { transport: remote.type, url, ...(Object.keys(headers).length > 0 ? { headers } : {}) });
}

const valuesOf = (inputs: ServerPackage['environmentVariables'], form: InputForm): Record<string, string> =>
  Object.fromEntries(
    (inputs ?? []).flatMap((input): [string, string][] => {
      const value = form.fill(input.name, input);
      return value === undefined ? [] : [[input.name, value]];
    }),
  );

function finished(form: InputForm, launch: Described): Built {
  const unknown = form.unknown().map((name) => `there is no input ${name}`);
  const problems = [...form.problems, ...unknown];
  return problems.length === 0 ? accept(launch) : no(`Not all inputs are right: ${problems.join('; ')}.`);
}
