import { isAbsolute, resolve } from 'node:path';
import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import { replaceReferences } from '@mcp-coordinator/core/configuration/references';
import { passedOn } from './environment.ts';

/** How to start or reach a server as its client would, references filled in. Holds secrets. */
export type StartSpec =
  | {
      readonly kind: 'process';
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Record<string, string>;
      readonly cwd: string;
    }
  | { readonly kind: 'http' | 'sse'; readonly url: URL; readonly headers: Record<string, string> };

export type Specified =
  | { readonly ok: true; readonly spec: StartSpec }
  | { readonly ok: false; readonly reason: string };

/** What references are resolved from: the environment a client of this user would have, and the folder it works in. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly folder: string;
}

class Unresolved extends Error {}

/** Fails with the reason when a reference needs a person (`${input:…}`) or names a variable that is not set. */
export function startSpec(launch: Launch, around: Surroundings): Specified {
  try {
    return {
      ok: true,
      spec:
        launch.url !== undefined && launch.transport !== 'stdio'
          ? remote(launch, launch.url, around)
          : local(launch, around),
    };
  } catch (error) {
    if (error instanceof Unresolved) return { ok: false, reason: error.message };
    throw error;
  }
}

function remote(launch: Launch, url: string, around: Surroundings): StartSpec {
  const filled = fill(url, around);
  if (!URL.canParse(filled) || !/^https?:/i.test(filled)) throw new Unresolved('its URL is not a web address');
  return {
    kind: launch.transport === 'sse' ? 'sse' : 'http',
    url: new URL(filled),
    headers: fillNamed(launch.headers, around),
  };
}

function local(launch: Launch, around: Surroundings): StartSpec {
  if (launch.command === undefined || launch.command === '') throw new Unresolved('it has no command');
  const own = fillNamed(launch.env, around);
  const cwd = launch.cwd === undefined ? around.folder : fill(launch.cwd, around);
  return {
    kind: 'process',
    command: fill(launch.command, around),
    args: (launch.args ?? []).map((arg) => fill(arg, around)),
    env: { ...passedOn(around.environment), ...own },
    cwd: isAbsolute(cwd) ? cwd : resolve(around.folder, cwd),
  };
}

const fillNamed = (
  values: Readonly<Record<string, string>> | undefined,
  around: Surroundings,
): Record<string, string> =>
  Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, fill(value, around)]));

function fill(text: string, around: Surroundings): string {
  return replaceReferences(text, ({ text: reference, variable, fallback }) => {
    if (variable === 'workspaceFolder') return around.folder;
    if (variable === 'userHome') return around.home;
    if (variable === null) throw new Unresolved(`it needs ${reference}, which only the client can ask for`);
    const value = around.environment[variable] ?? fallback;
    if (value === null) throw new Unresolved(`it needs the variable ${variable}, which is not set here`);
    return value;
  });
}
