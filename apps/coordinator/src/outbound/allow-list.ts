import { isIP } from 'node:net';
import { type AddressRange, rangeOf } from './public-address.ts';

/** Where the coordinator may send requests to, as the configuration says. */
export interface AllowList {
  /** By name and port, as a URL spells them. */
  readonly hosts: ReadonlySet<string>;
  /** Addresses beyond the public ones that the names above may resolve to. */
  readonly ranges: readonly AddressRange[];
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** The host of a URL as people read it: an IPv6 address without its brackets. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1');

const placeOf = (url: URL): string => `${url.hostname}:${url.port || DEFAULT_PORTS[url.protocol]}`;

/** Whether the name or address in a URL, and its port, are on the list; what it resolves to is another question. */
export const isListed = (url: URL, { hosts }: AllowList): boolean => hosts.has(placeOf(url));

/**
 * Entries are separated by commas: `host:port`, a host for both default ports, or a range (`10.0.0.0/8`).
 * Answers the entry that is none of these, where there is one.
 */
export function parseAllowList(text: string): AllowList | { readonly wrong: string } {
  const hosts = new Set<string>();
  const ranges: AddressRange[] = [];
  for (const entry of text.split(',').map((part) => part.trim())) {
    if (entry === '') continue;
    const range = rangeOf(entry);
    const places = placesOf(entry);
    if (range) ranges.push(range);
    else if (places.length > 0) for (const place of places) hosts.add(place);
    else return { wrong: entry };
  }
  return { hosts, ranges };
}

function placesOf(entry: string): string[] {
  const written = isIP(entry) === 6 ? `[${entry}]` : entry;
  const urls = ['http', 'https'].map((scheme) => `${scheme}://${written}`).filter((url) => URL.canParse(url));
  // Whatever else a URL could hold is no host: a name with a path, or with a password before it.
  const plain = urls.map((url) => new URL(url)).filter((url) => !url.username && !url.password && isBare(url, written));
  return plain.map(placeOf);
}

const isBare = (url: URL, written: string): boolean =>
  url.pathname === '/' && !/[/?#@\s]/.test(written) && url.hostname !== '';
