import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';

const no = (what: string): Result<never, Refusal<'malformed_json'>> =>
  deny(refuse('malformed_json', `The body ${what}. Nothing was changed. Send one JSON value in UTF-8.`));

/**
 * The one JSON parser of the HTTP edge. Beyond JSON.parse it refuses duplicate keys, which two readers may understand
 * differently, and `__proto__`, which no shape of ours has.
 */
export function parseJson(text: string): Result<unknown, Refusal<'malformed_json'>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return no('is not well-formed JSON');
  }
  const key = forbiddenKey(text);
  return key === undefined
    ? accept(value)
    : no(`has the key ${JSON.stringify(key.slice(0, 64))} twice in one object, or a key that is not allowed`);
}

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/** The text is valid JSON here, so strings, braces and colons are all there is to look at. */
function forbiddenKey(text: string): string | undefined {
  const open: (Set<string> | null)[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token !== ':') last = token;
    else {
      const key = JSON.parse(last) as string;
      const keys = open.at(-1);
      if (key === '__proto__' || keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}
