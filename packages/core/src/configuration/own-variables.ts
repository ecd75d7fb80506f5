import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import { replaceReferences } from './references.ts';

/** Variables that are handed on under their own name, apart from those with a value. */
export type OwnVariables =
  | { readonly ok: true; readonly names: readonly string[]; readonly values: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly reference: string };

/** For clients that hand on variables by a list of names and resolve no reference in a text: `A: ${A}` becomes the name `A`. */
export function takeOwnVariables(launch: Launch, headersToo = true): OwnVariables {
  const env = Object.entries(launch.env ?? {});
  const own = env.filter(([name, value]) => value === `\${${name}}`);
  const values = Object.fromEntries(env.filter((entry) => !own.includes(entry)));
  const texts = [launch.command, ...(launch.args ?? []), launch.url, ...Object.values(values)];
  const elsewhere = firstReference(headersToo ? [...texts, ...Object.values(launch.headers ?? {})] : texts);
  return elsewhere === undefined
    ? { ok: true, names: own.map(([name]) => name), values }
    : { ok: false, reference: elsewhere };
}

function firstReference(texts: readonly (string | undefined)[]): string | undefined {
  let found: string | undefined;
  for (const text of texts) {
    replaceReferences(text ?? '', (reference) => {
      found ??= reference.text;
      return reference.text;
    });
  }
  return found;
}
