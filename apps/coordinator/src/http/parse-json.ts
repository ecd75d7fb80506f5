import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';

const no = (what: string): Result<never, Refusal<'malformed_json'>> =>
  deny(refuse('malformed_json', `The body ${what}. Nothing was changed. Send one JSON value in UTF-8.`));

/**
 * The one JSON parser of the HTTP edge. Beyond JSON.parse it refuses duplicate keys, which two readers may understand
 * differently, `__proto__`, which no shape of ours has, and nesting that only an attacker needs.
 */
export function parseJson(text: string): Result<unknown, Refusal<'malformed_json'>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return no('is not well-formed JSON');
  }
  const fault = faultOf(text);
  return fault === undefined ? accept(value) : no(fault);
}

/** Deeper than any shape of ours, and shallow enough for whatever walks the value by recursion. */
const DEPTH_MAX = 64;

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/** What is wrong with it; the text is valid JSON here, so strings, brackets and colons are all there is to look at. */
function faultOf(text: string): string | undefined {
  const open: (Set<string> | null)[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === ':' && !takeKey(open.at(-1), last)) {
      return `has the key ${last.slice(0, 64)} twice in one object, or a key that is not allowed`;
    }
    if (token.startsWith('"')) last = token;
    else nest(open, token);
    if (open.length > DEPTH_MAX) return `is nested more than ${DEPTH_MAX} levels deep`;
  }
  return undefined;
}

/** Follows a bracket in or out; only objects have keys to remember. */
function nest(open: (Set<string> | null)[], token: string): void {
  if (token === '{') open.push(new Set());
  else if (token === '[') open.push(null);
  else if (token !== ':') open.pop();
}

/** Answers false for a key that may not stand in this object. */
function takeKey(keys: Set<string> | null | undefined, literal: string): boolean {
  const key = JSON.parse(literal) as string;
  if (key === '__proto__' || keys?.has(key)) return false;
  keys?.add(key);
  return true;
}
