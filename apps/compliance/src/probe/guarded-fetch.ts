import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** Addresses that are not out on the internet: this machine, private and link-local networks, what is reserved. */
const PRIVATE = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  PRIVATE.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
  ['2001:db8::', 32],
] as const)
  PRIVATE.addSubnet(network, bits, 'ipv6');

const RESPONSE_BYTES_MAX = 4 * 1024 * 1024;

/** True for an address that a stranger must not make us reach. An IPv4 address inside an IPv6 one counts as itself. */
export function isPrivateAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return isPrivateAddress(mapped);
  return PRIVATE.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** A request that follows no redirect, reads a bounded answer and goes to no private address unless that is allowed. */
export function guardedFetch(
  allowPrivate: boolean,
  timeoutMs: number,
): (url: string, init?: RequestInit) => Promise<Answered> {
  return async (url, init = {}) => {
    const { hostname, protocol } = new URL(url);
    if (protocol !== 'https:' && protocol !== 'http:') throw new Error(`${protocol} is not asked`);
    const host = hostname.replace(/^\[|\]$/g, '');
    const addresses = isIP(host) > 0 ? [host] : (await lookup(host, { all: true })).map(({ address }) => address);
    if (!allowPrivate && addresses.some(isPrivateAddress))
      throw new Error(`${host} is not on the internet; --allow-private would reach it`);
    const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    return { status: response.status, headers: response.headers, text: await boundedText(response) };
  };
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk as Uint8Array);
    bytes += (chunk as Uint8Array).length;
    if (bytes > RESPONSE_BYTES_MAX) throw new Error(`its answer is larger than ${RESPONSE_BYTES_MAX} bytes`);
  }
  return Buffer.concat(chunks).toString('utf8');
}
