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
const _DEPTH_MAX = 64;

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/** The text is valid JSON here, so strings, braces and colons are all there is to look at. */
function _forbiddenKey(text: string): string | undefined {
  const open: (Set<string> | null)[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === ':' && !takeKey(open.at(-1), last)) return JSON.parse(last) as string;
    if (token.startsWith('"')) last = token;
    else if (token === '{' || token === '[') open.push(token === '{' ? new Set() : null);
    else if (token !== ':') open.pop();
  }
  return undefined;
}

/** Answers false for a key that may not stand in this object. */
function takeKey(keys: Set<string> | null | undefined, literal: string): boolean {
  const key = JSON.parse(literal) as string;
  if (key === '__proto__' || keys?.has(key)) return false;
  keys?.add(key);
  return true;
}
