/**
 * The RFC 8785 (JCS) form of a JSON value: keys by UTF-16 code units, numbers and strings as ECMAScript prints them.
 * `undefined` members are left out, as JSON.stringify does. Throws a TypeError for what JSON cannot hold (NaN, Infinity,
 * bigint, functions, lone surrogates).
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON form`);
    return JSON.stringify(value);
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new TypeError('a lone surrogate has no canonical form');
    return JSON.stringify(value);
  }
  if (Array.isArray(value))
    return `[${value.map((item) => canonicalJson(item === undefined ? null : item)).join(',')}]`;
  if (typeof value === 'object') return canonicalObject(value);
  throw new TypeError(`a ${typeof value} has no JSON form`);
}

function canonicalObject(value: object): string {
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    // Code-unit order is what RFC 8785 §3.2.3 asks for, and what `<` on strings compares.
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, member]) => `${canonicalJson(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** SHA-256 of UTF-8 text as lower-case hex; handed in, since this package touches no platform. */
export type Sha256Hex = (text: string) => string;

/** `sha256:` and the hex SHA-256 of the RFC 8785 form. */
export const digestJson = (value: unknown, sha256: Sha256Hex): string => `sha256:${sha256(canonicalJson(value))}`;
