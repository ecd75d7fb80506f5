import ipaddr from 'ipaddr.js';

export type AddressRange = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

/** The only addresses of IPv6 that lie in the open internet (IANA: Global Unicast). */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');
/** Answers the machines of one cloud provider with their credentials, at an address that looks like any other. */
const PLATFORM_IPV4 = ipaddr.IPv4.parseCIDR('168.63.129.16/32');

/** An address, with IPv4 taken out of the IPv6 it may be written as; nothing for what is none. */
function addressOf(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  // A zone names an interface of this machine: no address of the internet has one.
  return text.includes('%') || !ipaddr.isValid(text) ? undefined : ipaddr.process(text);
}

const within = (address: ipaddr.IPv4 | ipaddr.IPv6, range: AddressRange): boolean =>
  address.kind() === range[0].kind() && address.match(range as [ipaddr.IPv4 | ipaddr.IPv6, number]);

/**
 * Whether an address lies in the open internet: not private, loopback, link-local, shared, documentation or multicast, and
 * none that carries such a one inside it (IPv4-mapped, NAT64, 6to4, Teredo).
 */
export function isPublicAddress(text: string): boolean {
  const address = addressOf(text);
  if (address?.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' ? !within(address, PLATFORM_IPV4) : within(address, GLOBAL_IPV6);
}

export function isLoopbackAddress(text: string): boolean {
  return addressOf(text)?.range() === 'loopback';
}

export function isWithin(text: string, ranges: readonly AddressRange[]): boolean {
  const address = addressOf(text);
  return address !== undefined && ranges.some((range) => within(address, range));
}

/** `10.0.0.0/8`, `fd00::/8`; nothing for what is no range. */
export function rangeOf(text: string): AddressRange | undefined {
  return ipaddr.isValidCIDR(text) ? ipaddr.parseCIDR(text) : undefined;
}
