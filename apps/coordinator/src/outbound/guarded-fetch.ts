import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { Agent, fetch as undiciFetch } from 'undici';
import { type AllowList, hostOf, isListed } from './allow-list.ts';
import { isLoopbackAddress, isPublicAddress, isWithin } from './public-address.ts';

/** Every address of a name, in the resolver's order; rejects when there is none. */
export type ResolveHost = (name: string) => Promise<readonly string[]>;
const resolveBySystem: ResolveHost = async (name) =>
  (await systemLookup(name, { all: true })).map(({ address }) => address);

export interface GuardedFetch {
  /** Why a URL may not be asked, as the end of a sentence about it. Nothing is connected. */
  readonly check: (url: URL) => Promise<Result<void, string>>;
  /** Rejects for what `check` denies, and follows no redirect: a server may not send us on to another address. */
  readonly fetch: typeof fetch;
  readonly close: () => Promise<void>;
}

/** Ends a connection before it is made; the message reaches the log. */
class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

/**
 * Requests to addresses that the configuration allows, and to no others (server-side request forgery). The host and port must
 * be listed; every address the name resolves to is checked, and the connection goes to those very addresses: there is no
 * second look-up that could answer something else.
 */
export function createGuardedFetch(allow: AllowList, resolveHost: ResolveHost = resolveBySystem): GuardedFetch {
  /** An address that was listed by itself is allowed as itself; `localhost` means loopback and nothing else can. */
  const denies = (host: string, address: string): boolean => {
    const named = isIP(host) !== 0 || (isLocalName(host) && isLoopbackAddress(address));
    return !(named || isPublicAddress(address) || isWithin(address, allow.ranges));
  };

  const checkedAddresses = async (host: string): Promise<readonly string[]> => {
    const addresses = isIP(host) === 0 ? await resolveHost(host) : [host];
    const denied = addresses.find((address) => denies(host, address));
    if (denied !== undefined) throw new AddressRefused(`resolves to ${denied}, which is not public and not allowed`);
    if (addresses.length === 0) throw new AddressRefused('resolves to no address');
    return addresses;
  };

  const lookup: LookupFunction = (host, { all }, done) => {
    checkedAddresses(host).then(
      ([first = '', ...more]) => {
        const found = [first, ...more].map((address) => ({ address, family: isIP(address) }));
        if (all) done(null, found);
        else done(null, first, isIP(first));
      },
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error)), ''),
    );
  };
  const agent = new Agent({ connect: { lookup } });

  const checkSpelling = (url: URL): string | undefined => {
    if (!/^https?:$/.test(url.protocol)) return 'is not HTTP';
    if (url.username || url.password) return 'holds a name or password';
    return isListed(url, allow) ? undefined : 'is not allowed by its host and port';
  };

  const guarded = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    if (input instanceof Request) throw new TypeError('a guarded request is made from its URL');
    const url = new URL(input);
    const wrong = checkSpelling(url);
    if (wrong) throw new AddressRefused(`${url.host} ${wrong}`);
    return undiciFetch(url, { ...(init as object), redirect: 'error', dispatcher: agent });
  };

  return {
    check: async (url) => {
      const wrong = checkSpelling(url);
      if (wrong) return deny(wrong);
      return checkedAddresses(hostOf(url)).then(
        () => accept(undefined),
        (error: unknown) => deny(error instanceof AddressRefused ? error.message : 'cannot be resolved'),
      );
    },
    fetch: guarded,
    close: () => agent.destroy(),
  };
}

const isLocalName = (host: string): boolean => host === 'localhost' || host.endsWith('.localhost');
