import { nameHint } from '../configuration/secret-names.ts';
import { maskText, maskValue } from '../configuration/secrets.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * What may be recorded of some details: JSON with every secret masked, by what it looks like and by the name it stands under.
 * Characters that a database cannot hold (NUL, lone surrogates) are replaced, so that no input keeps its record from being
 * written.
 */
export function maskDetails(details: Readonly<Record<string, unknown>>): Record<string, Json> {
  // Through JSON first, since that is what is kept: dates become text, functions and undefined members go.
  const plain = JSON.parse(JSON.stringify(details)) as Record<string, Json>;
  return maskMembers(plain, '');
}

/** Free text as it may be recorded. */
export const maskRecordText = (text: string): string => maskText(storable(text));

const storable = (text: string): string => text.toWellFormed().replaceAll('\u0000', '\ufffd');

function maskMembers(members: { readonly [key: string]: Json }, within: string): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(members).map(([key, value]) => [
      storable(key),
      // What stands inside `credentials` or `secret` is one, whatever it is called there.
      mask(value, nameHint(key) === 'none' && nameHint(within) === 'credential' ? within : key),
    ]),
  );
}

function mask(value: Json, name: string): Json {
  if (typeof value === 'string') return maskText(maskValue(name, storable(value)));
  if (typeof value === 'number') return nameHint(name) === 'credential' ? maskValue(name, String(value)) : value;
  if (value === null || typeof value === 'boolean') return value;
  if (isList(value)) return value.map((item) => (isMembers(item) ? maskMembers(item, name) : mask(item, name)));
  return maskMembers(value, name);
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const isMembers = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !isList(value);
