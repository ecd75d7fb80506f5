import type { Launch } from '@mcp-coordinator/contract/inventory.contract';

/** Reads members of an entry of unknown shape; what has another type than asked for is absent. */
export type Entry = Readonly<Record<string, unknown>>;

export const asEntry = (value: unknown): Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Entry) : {};

export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
export const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
export const texts = (value: unknown): string[] | undefined =>
  Array.isArray(value)
    ? value.filter((item): item is string | number => typeof item === 'string' || typeof item === 'number').map(String)
    : undefined;

/** Variables or headers; numbers and booleans become the text a client would pass on. */
export function namedTexts(value: unknown): Record<string, string> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const scalars = Object.entries(value).filter(([, member]) => ['string', 'number', 'boolean'].includes(typeof member));
  return Object.fromEntries(scalars.map(([name, member]) => [name, String(member)]));
}

/** Members whose value is undefined are left out, and so are empty records: an entry says only what it must. */
export function compact<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}

export const nonEmpty = (record: Record<string, string> | undefined): Record<string, string> | undefined =>
  record === undefined || Object.keys(record).length === 0 ? undefined : record;

type Transport = Launch['transport'];

/** The words clients use for transports. */
const TRANSPORT_WORDS: Readonly<Record<string, Transport>> = {
  stdio: 'stdio',
  local: 'stdio',
  http: 'streamable-http',
  'streamable-http': 'streamable-http',
  streamableHttp: 'streamable-http',
  streamable_http: 'streamable-http',
  sse: 'sse',
  remote: 'streamable-http',
};
export const transportOf = (word: unknown): Transport | undefined =>
  typeof word === 'string' && Object.hasOwn(TRANSPORT_WORDS, word) ? TRANSPORT_WORDS[word] : undefined;
