import type { Launch, Observation } from '@mcp-coordinator/contract/inventory.contract';
import { toPointer } from './json-pointer.ts';
import { maskRanges } from './mask.ts';
import { type Classification, classifyValue, isSecret } from './secrets.ts';

/** An entry as it may leave the machine: masked, with what was seen in it beside it. */
export interface ObservedEntry {
  readonly entry: unknown;
  readonly launch: Launch;
  readonly observations: Observation[];
}

/** Members of entries that hold variables or headers: each of their values is observed, secret or not. */
const NAMED_VALUES = new Set(['env', 'environment', 'envs', 'headers', 'http_headers', 'requestHeaders']);
/** Entries nest a handful of levels; what lies deeper is replaced, so that a hostile file costs no stack. */
const DEPTH_MAX = 32;

/**
 * Masks an entry and its launch, and notes what was seen. Pointers (RFC 6901) are relative to the entry.
 * `keyedHash` must be an HMAC under a key that stays on the machine.
 */
export function observeEntry(entry: unknown, launch: Launch, keyedHash: (text: string) => string): ObservedEntry {
  const observations: Observation[] = [];
  const note = (path: readonly (string | number)[], value: string, seen: Classification): void => {
    observations.push({
      pointer: toPointer(path),
      kind: seen.kind,
      ...(seen.detail === undefined ? {} : { detail: seen.detail }),
      ...(seen.kind === 'empty' ? {} : { keyedHash: keyedHash(value) }),
      isReference: seen.isReference,
    });
  };
  return { entry: maskNode(entry, [], note), launch: maskLaunch(launch), observations };
}

type Note = (path: readonly (string | number)[], value: string, seen: Classification) => void;

function maskNode(node: unknown, path: readonly (string | number)[], note: Note): unknown {
  if (path.length > DEPTH_MAX) return '…';
  if (typeof node === 'string') return maskLeaf(node, path, '', note);
  if (Array.isArray(node)) return node.map((item, index) => maskItem(node, item, [...path, index], note));
  if (typeof node !== 'object' || node === null) return noteScalar(node, path, note);
  const members = Object.entries(node).map(([key, value]: [string, unknown]) => [
    key,
    maskNode(value, [...path, key], note),
  ]);
  return Object.fromEntries(members) as unknown;
}

/** An item of a list is judged with the one before it: `--token`, `abc`. */
function maskItem(list: readonly unknown[], item: unknown, path: readonly (string | number)[], note: Note): unknown {
  if (typeof item !== 'string') return maskNode(item, path, note);
  const before = list[Number(path.at(-1)) - 1];
  return maskLeaf(item, path, typeof before === 'string' ? before : '', note);
}

function maskLeaf(value: string, path: readonly (string | number)[], before: string, note: Note): string {
  const named = isNamedValue(path);
  const seen = named
    ? classifyValue(String(path.at(-1)), value)
    : classifyArgument(String(path.at(-1) ?? ''), before, value);
  if (named || isSecret(seen) || seen.kind === 'reference') note(path, value, seen);
  return maskRanges(value, seen.ranges);
}

function noteScalar(node: unknown, path: readonly (string | number)[], note: Note): unknown {
  if (isNamedValue(path) && (typeof node === 'number' || typeof node === 'boolean')) {
    note(path, String(node), classifyValue('', String(node)));
  }
  return node;
}

const isNamedValue = (path: readonly (string | number)[]): boolean => NAMED_VALUES.has(String(path.at(-2)));

const ASSIGNED = /^(?:--?)?([A-Za-z_][\w.-]{0,127})=/;
const HEADER_LINE = /^([A-Za-z][A-Za-z0-9-]{0,127}): ?/;
const FLAG = /^--?([A-Za-z][\w-]{0,127})$/;

/** One argument, under its member's name, its own `NAME=value` or `Name: value` form, or the flag before it. */
export function classifyArgument(member: string, before: string, value: string): Classification {
  const assigned = ASSIGNED.exec(value) ?? (/^--?(?:H|header)$/i.test(before) ? HEADER_LINE.exec(value) : null);
  if (assigned?.[1] !== undefined)
    return shifted(classifyValue(assigned[1], value.slice(assigned[0].length)), assigned[0].length);
  const flag = value.startsWith('-') ? undefined : FLAG.exec(before)?.[1];
  return classifyValue(flag ?? (/^\d+$/.test(member) ? '' : member), value);
}

const shifted = (seen: Classification, by: number): Classification => ({
  ...seen,
  ranges: seen.ranges.map(({ start, end }) => ({ start: start + by, end: end + by })),
});

/** The launch with secrets masked in variables, headers, arguments and the URL. */
export function maskLaunch(launch: Launch): Launch {
  const masked: Launch = { ...launch };
  if (launch.env !== undefined) masked.env = maskNamed(launch.env);
  if (launch.headers !== undefined) masked.headers = maskNamed(launch.headers);
  if (launch.args !== undefined) masked.args = maskArguments(launch.args);
  if (launch.url !== undefined) masked.url = maskRanges(launch.url, classifyValue('', launch.url).ranges);
  return masked;
}

const maskNamed = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, maskRanges(value, classifyValue(name, value).ranges)]),
  );

/** Arguments with secrets masked, each judged with the one before it. */
export const maskArguments = (args: readonly string[]): string[] =>
  args.map((arg, index) => maskRanges(arg, classifyArgument('', args[index - 1] ?? '', arg).ranges));
