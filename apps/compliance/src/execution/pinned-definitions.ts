import { createHash } from 'node:crypto';
import type { CapturedDefinitions } from '@mcp-coordinator/contract/inventory.contract';
import { digestJson } from '@mcp-coordinator/core/digests/canonical-json';
import { TEXT_LIMITS } from '../text/definition-text.ts';
import type { Pin } from './compliance-state.ts';

export type PinnedDefinitions = Pin['definitions'];

const byName = <Item extends { name?: unknown; uri?: unknown }>(items: readonly Item[]): Item[] =>
  [...items].sort((a, b) => (String(a.name ?? a.uri) < String(b.name ?? b.uri) ? -1 : 1));

/** What a pin holds of a server's definitions; the order in which a server lists its tools means nothing. */
export const pinnable = ({ instructions, tools, prompts, resources }: CapturedDefinitions): PinnedDefinitions => ({
  ...(instructions === undefined ? {} : { instructions }),
  tools: byName(tools),
  prompts: byName(prompts),
  resources: byName(resources),
});

/** SHA-256 of what a pin holds. Only for definitions that `whyNotPinnable` lets through. */
export const definitionsDigest = (definitions: PinnedDefinitions): string =>
  digestJson(definitions, (text) => createHash('sha256').update(text).digest('hex'));

/** Definitions without a canonical form, or too deep to take one, cannot be compared later; undefined when they can. */
export function whyNotPinnable(definitions: PinnedDefinitions): string | undefined {
  const stack: { value: unknown; depth: number }[] = [{ value: definitions, depth: 0 }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (next.depth > TEXT_LIMITS.depth * 2) return 'they are nested too deep';
    if (typeof next.value === 'string' && !next.value.isWellFormed()) return 'they hold broken characters';
    if (typeof next.value !== 'object' || next.value === null) continue;
    for (const [key, value] of Object.entries(next.value)) {
      if (!key.isWellFormed()) return 'they hold broken characters';
      stack.push({ value, depth: next.depth + 1 });
    }
  }
  return undefined;
}

/** One field that is not what was pinned. */
export interface DefinitionChange {
  readonly tool?: string;
  readonly field: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly before: unknown;
  readonly now: unknown;
}

/** Every field that differs, tool by tool. A renamed tool is one removed and one added: nobody approved the new name. */
export function diffDefinitions(pinned: PinnedDefinitions, present: PinnedDefinitions): DefinitionChange[] {
  const changes: DefinitionChange[] = [];
  diffValue(changes, { field: 'instructions' }, pinned.instructions, present.instructions);
  diffLists(changes, pinned.tools, present.tools, (tool, field) => ({ tool, field }));
  diffLists(changes, pinned.prompts, present.prompts, (name, field) => ({ field: `prompts.${name}.${field}` }));
  diffLists(changes, pinned.resources, present.resources, (uri, field) => ({ field: `resources.${uri}.${field}` }));
  return changes;
}

type Named = { readonly name?: unknown; readonly uri?: unknown };
type PlaceOf = (name: string, field: string) => { tool?: string; field: string };
const nameOf = (item: Named): string => String(item.uri ?? item.name);

function diffLists(
  changes: DefinitionChange[],
  before: readonly Named[],
  now: readonly Named[],
  placeOf: PlaceOf,
): void {
  const [old, present] = [before, now].map((items) => new Map(items.map((item) => [nameOf(item), item])));
  for (const name of new Set([...(old?.keys() ?? []), ...(present?.keys() ?? [])])) {
    const [a, b] = [old?.get(name), present?.get(name)];
    if (a === undefined || b === undefined) {
      changes.push({ ...placeOf(name, ''), change: a === undefined ? 'added' : 'removed', before: a, now: b });
      continue;
    }
    diffValue(changes, placeOf(name, ''), a, b);
  }
}

const isBranch = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function diffValue(
  changes: DefinitionChange[],
  at: { tool?: string; field: string },
  before: unknown,
  now: unknown,
): void {
  if (isBranch(before) && isBranch(now) && Array.isArray(before) === Array.isArray(now)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
      const field = at.field === '' || at.field.endsWith('.') ? `${at.field}${key}` : `${at.field}.${key}`;
      diffValue(changes, { ...at, field }, before[key], now[key]);
    }
  } else if (before !== now) {
    changes.push({
      ...at,
      change: before === undefined ? 'added' : now === undefined ? 'removed' : 'changed',
      before,
      now,
    });
  }
}
