import { resolve } from 'node:path';
import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import { toPointer } from '@mcp-coordinator/core/configuration/json-pointer';
import { replaceReferences } from '@mcp-coordinator/core/configuration/references';
import type { ConfigFile } from '../clients/client-files.ts';
import { leadsTo } from '../files/roots.ts';
import type { Machine } from '../machine.ts';

/** A path that a launch hands to its server, and where it leads on this machine. */
export interface ReachedPath {
  readonly pointer: string;
  readonly text: string;
  /** Absolute, after `~`, variables, `..` and symbolic links. */
  readonly path: string;
  /** False for a relative path of a server whose working folder only its client knows: then it is a guess. */
  readonly certain: boolean;
}

type Here = Pick<Machine, 'roots' | 'environment'>;

/** Flags whose value is where the program lives or whom it calls, not what it may reach. */
const NO_ACCESS =
  /^--?(?:prefix|cache(?:-dir)?|socket|python|node-path|userconfig|registry|executable-path|host|port|base-?(?:url|path)|url)$/i;
/** Variables that tell a program where it is. */
const OWN_PLACE =
  /^(?:HOME|PATH|USERPROFILE|PWD|TMPDIR|TEMP|TMP|NODE_PATH|PYTHONPATH|LD_LIBRARY_PATH|APPDATA|LOCALAPPDATA|XDG_\w+)$/i;
/** Longer texts are no paths; a text of more parts is no list of them. */
const TEXT_MAX = 4096;
const PARTS_MAX = 64;

/** Every path of a launch, resolved as the server would resolve it. Texts that lead nowhere are among them. */
export async function reachedPaths(launch: Launch, file: ConfigFile, here: Here): Promise<ReachedPath[]> {
  const bases = basesOf(launch, file, here);
  const found = placesOf(launch).flatMap(({ pointer, text }) =>
    partsOf(text).flatMap((part) => {
      const expanded = expand(part, launch, here);
      return bases.map(({ folder, certain }) => ({
        ...{ pointer, text: part, path: resolve(folder, expanded) },
        certain: certain || resolve(expanded) === expanded,
      }));
    }),
  );
  const unique = new Map(found.map((one) => [`${one.pointer}\0${one.path}`, one]));
  return Promise.all([...unique.values()].map(async (one) => ({ ...one, path: await leadsTo(one.path) })));
}

function basesOf({ cwd }: Launch, file: ConfigFile, here: Here): { folder: string; certain: boolean }[] {
  const { home, workspaces } = here.roots;
  // A project's server is started in its project; where a user's is started is its client's secret.
  const project = file.scope === 'project' ? workspaces.filter((folder) => file.path.startsWith(folder)) : [];
  const folders = project.length > 0 ? project : [home];
  const certain = project.length > 0 || cwd !== undefined;
  return folders.map((folder) => ({
    folder: cwd === undefined ? folder : resolve(folder, expand(cwd, { transport: 'stdio', enabled: true }, here)),
    certain,
  }));
}

interface Place {
  readonly pointer: string;
  readonly text: string;
}

function placesOf({ args = [], env = {}, cwd }: Launch): Place[] {
  const given = args.flatMap((text, index) => {
    const flag = /^(--?[A-Za-z][\w-]*)=/.exec(text)?.[1] ?? args[index - 1] ?? '';
    return NO_ACCESS.test(flag) ? [] : [{ pointer: toPointer(['args', index]), text }];
  });
  const variables = Object.entries(env).flatMap(([name, text]) =>
    OWN_PLACE.test(name) ? [] : [{ pointer: toPointer(['env', name]), text }],
  );
  return [...given, ...variables, ...(cwd === undefined ? [] : [{ pointer: '/cwd', text: cwd }])];
}

/** A text as a whole, what follows an equals sign in it, and the members of a list; the colon of a drive separates nothing. */
function partsOf(text: string): string[] {
  if (text.length > TEXT_MAX || /^https?:\/\//i.test(text)) return [];
  const members = text.replace(/^file:\/\//, '').split(/[,;=\s"'`()]|(?<!(?:^|[,;=\s"'`])[A-Za-z]):/);
  return [...new Set([text, ...members])].filter((part) => part !== '' && !part.startsWith('-')).slice(0, PARTS_MAX);
}

const HOME = /^(?:~|\$\{userHome\}|\$env:USERPROFILE)(?=$|[\\/])/i;

function expand(text: string, { env }: Launch, { roots, environment }: Here): string {
  const readVariable = (name: string | null, whole: string): string => {
    if (name === null) return whole;
    const value = env?.[name] ?? environment[name];
    // Whoever reads these without the variable would read the person's home all the same.
    return value ?? (/^(?:HOME|USERPROFILE)$/i.test(name) ? roots.home : whole);
  };
  return replaceReferences(
    text.replace(HOME, () => roots.home),
    ({ text: whole, variable }) => readVariable(variable, whole),
  )
    .replace(/\$([A-Za-z_]\w*)/g, (whole, name: string) => readVariable(name, whole))
    .replace(/%([A-Za-z_]\w*)%/g, (whole, name: string) => readVariable(name, whole))
    .replace(/\$\{workspaceFolder\}/g, () => roots.workspaces[0] ?? roots.home);
}
