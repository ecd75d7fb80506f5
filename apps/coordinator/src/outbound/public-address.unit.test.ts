import { describe, expect, it } from 'vitest';
import { isLoopbackAddress, isPublicAddress, isWithin, rangeOf } from './public-address.ts';

describe('lies in the open internet', () => {
  it.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '2606:4700:4700::1111', '::ffff:8.8.8.8'])('%s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ['loopback', ['127.0.0.1', '127.255.255.254', '::1', '0:0:0:0:0:0:0:1']],
    ['private', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12::1', 'fec0::1']],
    ['link-local', ['169.254.0.1', 'fe80::1', 'febf::1']],
    [
      'the metadata of clouds',
      ['169.254.169.254', '169.254.170.2', 'fd00:ec2::254', '100.100.100.200', '168.63.129.16'],
    ],
    ['shared, reserved, or for documentation', ['100.64.0.1', '192.0.0.192', '198.18.0.1', '192.0.2.1', '240.0.0.1']],
    ['nothing at all, or everybody', ['0.0.0.0', '0.1.2.3', '::', '255.255.255.255', '224.0.0.1', 'ff02::1']],
    [
      'IPv4 inside IPv6',
      ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:a9fe:a9fe', '::127.0.0.1', '::ffff:0:127.0.0.1'],
    ],
    ['NAT64, 6to4 and Teredo', ['64:ff9b::7f00:1', '64:ff9b:1::1', '2002:7f00:1::', '2001:0:7f00:1::']],
    ['IPv6 that nobody was given', ['4000::1', '1::1', '100::1', '2001:db8::1', '3fff::1', '5f00::1']],
    ['an address with a zone', ['fe80::1%eth0', '2606:4700::1111%eth0']],
    ['no address', ['', 'localhost', '2130706433', '0x7f000001', '0177.0.0.1', '127.1', '8.8.8.8/32', ' 8.8.8.8']],
  ])('%s does not', (_, addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([]);
  });
});

it('loopback is loopback in every form of it', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'].every(isLoopbackAddress)).toBe(true);
  expect(['10.0.0.1', '::2', 'localhost', '::1%lo'].some(isLoopbackAddress)).toBe(false);
});

it('a range holds its own kind of addresses, however they are written', () => {
  const ranges = ['10.1.0.0/16', 'fd00::/8'].map((text) => rangeOf(text) ?? expect.fail(text));
  expect(['10.1.255.1', '::ffff:10.1.0.1', 'fd12::1'].every((address) => isWithin(address, ranges))).toBe(true);
  expect(['10.2.0.1', 'fe80::1', 'fd12::1%1', 'nonsense'].some((address) => isWithin(address, ranges))).toBe(false);
  expect(['10.0.0.1', '10.0.0.0/33', 'host/8', ''].map(rangeOf)).toEqual([undefined, undefined, undefined, undefined]);
});
