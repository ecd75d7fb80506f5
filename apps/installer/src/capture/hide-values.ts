import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import { maskSecret } from '@mcp-coordinator/core/configuration/mask';
import { classifyArgument } from '@mcp-coordinator/core/configuration/observe';
import { type Classification, classifyValue } from '@mcp-coordinator/core/configuration/secrets';
import type { StartSpec } from './start-spec.ts';

/** Shorter values occur in any text by chance; masking them would make it unreadable and hide nothing. */
const HIDDEN_LENGTH_MIN = 6;

/** Replaces known values in a text. */
export type HideValues = (text: string) => string;

/**
 * Masks the secrets a server was started with in whatever it says: a server that prints its password gives it to nobody.
 * `handedOver` are values that reach it past its entry, through the launcher.
 */
export function hideValues(launch: Launch, spec: StartSpec, handedOver: readonly string[]): HideValues {
  const named = { ...(spec.kind === 'process' ? ownVariables(launch, spec.env) : spec.headers) };
  const args = spec.kind === 'process' ? spec.args : [];
  const values = [
    ...handedOver,
    ...Object.entries(named).flatMap(([name, value]) => secretParts(value, classifyValue(name, value))),
    ...args.flatMap((arg, index) => secretParts(arg, classifyArgument('', args[index - 1] ?? '', arg))),
    ...(spec.kind === 'process' ? [] : secretParts(spec.url.href, classifyValue('', spec.url.href))),
  ].filter((value) => value.length >= HIDDEN_LENGTH_MIN);
  // The longest first, so that a value inside another does not leave the rest of it standing.
  const ordered = [...new Set(values)].sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((hidden, value) => hidden.replaceAll(value, maskSecret(value)), text);
}

const ownVariables = ({ env = {} }: Launch, resolved: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.keys(env).map((name) => [name, resolved[name] ?? '']));

const secretParts = (value: string, { ranges }: Classification): string[] =>
  ranges.map(({ start, end }) => value.slice(start, end));
