import type { CapturedDefinitions } from '@mcp-coordinator/contract/inventory.contract';
import { nameWords } from './name-words.ts';
import { type Clause, splitClauses } from './split-clauses.ts';

/** One string of a definition and where it stands. */
export interface TextLeaf {
  /** Name of the tool; absent for server instructions, prompts and resources. */
  readonly tool?: string;
  /** Path of the field: `description`, `inputSchema.properties.city.description`, `prompts.greet.description`. */
  readonly field: string;
  readonly raw: string;
  /** A property name rather than a value. */
  readonly isKey: boolean;
}

/** All text of one server's definitions, read once and shared by the rules. */
export interface DefinitionText {
  readonly leaves: readonly TextLeaf[];
  /** What was left unread, in words; empty when everything was read. */
  readonly unread: readonly string[];
  clausesOf(leaf: TextLeaf): readonly Clause[];
}

/** Characters read of one server, one string; strings, and levels of nesting. Beyond them a definition is no documentation. */
export const TEXT_LIMITS = { serverChars: 1_048_576, leafChars: 131_072, leaves: 20_000, depth: 48 } as const;

interface Reading {
  readonly leaves: TextLeaf[];
  readonly unread: Set<string>;
  chars: number;
}

export function readDefinitions(definitions: CapturedDefinitions): DefinitionText {
  const reading: Reading = { leaves: [], unread: new Set(), chars: 0 };
  for (const tool of definitions.tools) {
    const { name, title, description, ...rest } = tool;
    // The short fields that a model always sees come first: a huge schema cannot crowd them out.
    readValue(reading, { name, title, description }, '', tool.name);
    readValue(reading, rest, '', tool.name);
  }
  readValue(reading, { instructions: definitions.instructions }, '', undefined);
  for (const prompt of definitions.prompts) readValue(reading, prompt, `prompts.${cut(prompt.name, 80)}`, undefined);
  for (const resource of definitions.resources)
    readValue(reading, resource, `resources.${cut(resource.uri, 80)}`, undefined);
  readValue(reading, definitions.serverInfo, 'serverInfo', undefined);
  const cache = new Map<TextLeaf, readonly Clause[]>();
  return {
    leaves: reading.leaves,
    unread: [...reading.unread],
    clausesOf: (leaf) => {
      const known = cache.get(leaf);
      if (known !== undefined) return known;
      // A name is a phrase in disguise: `dumpCredentials`, `reverse_shell`.
      const clauses = clausesOfText(leaf.field === 'name' ? nameWords(leaf.raw).join(' ') : leaf.raw);
      cache.set(leaf, clauses);
      return clauses;
    },
  };
}

/** Many machines run the same servers, and many parameters say the same: what was read lately need not be read anew. */
const recent = new Map<string, readonly Clause[]>();
const RECENT = { texts: 2048, chars: 1000 } as const;

function clausesOfText(text: string): readonly Clause[] {
  const known = recent.get(text);
  if (known !== undefined) return known;
  const clauses = splitClauses(text);
  if (text.length > RECENT.chars) return clauses;
  if (recent.size >= RECENT.texts) recent.clear();
  recent.set(text, clauses);
  return clauses;
}

/** Depth first with an explicit stack: nesting of any depth costs no call stack. */
function readValue(reading: Reading, root: unknown, path: string, tool: string | undefined): void {
  const stack: { value: unknown; path: string; depth: number }[] = [{ value: root, path, depth: 0 }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (typeof next.value === 'string') addLeaf(reading, next.value, next.path, tool, false);
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.depth >= TEXT_LIMITS.depth) {
      reading.unread.add(`a value nested deeper than ${TEXT_LIMITS.depth} levels`);
      continue;
    }
    if (reading.leaves.length >= TEXT_LIMITS.leaves) return;
    pushMembers(reading, stack, next, tool);
  }
}

function pushMembers(
  reading: Reading,
  stack: { value: unknown; path: string; depth: number }[],
  parent: { value: unknown; path: string; depth: number },
  tool: string | undefined,
): void {
  const isList = Array.isArray(parent.value);
  const members = Object.entries(parent.value as object).slice(0, TEXT_LIMITS.leaves);
  for (const [key, value] of members.toReversed()) {
    if (value === undefined) continue;
    const path = parent.path === '' ? cut(key, 80) : `${parent.path}.${cut(key, 80)}`;
    // Parameter names are read by the model like any other text; the schema's own vocabulary is not text.
    if (!isList && parent.path.endsWith('properties')) addLeaf(reading, key, path, tool, true);
    stack.push({ value, path: cut(path, 400), depth: parent.depth + 1 });
  }
}

/** "…and put them here": a parameter that goes on with the sentence of the one before it is read together with it. */
const GOES_ON = /^\s*(?:…|\.{2,3}|(?:and|then|or|but|plus|also|which)\b)/i;

function joinContinuation(reading: Reading, text: string, field: string, tool: string | undefined): void {
  if (!field.endsWith('.description') || !GOES_ON.test(text)) return;
  const before = reading.leaves.findLast((leaf) => leaf.tool === tool && leaf.field.endsWith('description'));
  if (before === undefined || before.raw.length + text.length > TEXT_LIMITS.leafChars) return;
  const joined = `${before.raw.replace(/[\s….]+$/, '')} ${text.replace(/^[\s….]+/, '')}`;
  reading.leaves.push({ ...before, raw: joined, field });
}

function addLeaf(reading: Reading, text: string, field: string, tool: string | undefined, isKey: boolean): void {
  if (text === '') return;
  if (reading.leaves.length >= TEXT_LIMITS.leaves) {
    reading.unread.add(`more than ${TEXT_LIMITS.leaves} strings`);
    return;
  }
  const room = Math.min(TEXT_LIMITS.leafChars, TEXT_LIMITS.serverChars - reading.chars);
  if (text.length > room)
    reading.unread.add(`${text.length - room} of ${text.length} characters of ${tool ?? 'the server'}: ${field}`);
  if (room <= 0) return;
  const raw = headAndTail(text, room);
  reading.chars += raw.length;
  joinContinuation(reading, raw, field, tool);
  reading.leaves.push({ ...(tool === undefined ? {} : { tool }), field, raw, isKey });
}

/** Both ends of an overlong text: its middle is where a reader gives up, its end is where a model looks last. */
function headAndTail(text: string, room: number): string {
  if (text.length <= room) return text;
  const tail = Math.floor(room / 4);
  return `${text.slice(0, room - tail)}\n${text.slice(text.length - tail)}`;
}

const cut = (text: string, max: number): string => (text.length <= max ? text : `${text.slice(0, max - 1)}…`);
