import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from '../config.ts';
import { type AllowList, isListed, parseAllowList } from './allow-list.ts';

function listOf(text: string): AllowList {
  const list = parseAllowList(text);
  if ('wrong' in list) throw new Error(`not taken: ${list.wrong}`);
  return list;
}
const listed = (entries: string, ...urls: string[]) => urls.map((url) => isListed(new URL(url), listOf(entries)));

describe('a listed place', () => {
  it('is its host and port, whatever comes after them', () => {
    expect(listed('mcp.example.com:8080', 'http://mcp.example.com:8080/', 'https://MCP.EXAMPLE.com:8080/a')).toEqual([
      true,
      true,
    ]);
    expect(listed('h.example:443, h.example:80', 'https://h.example/', 'http://h.example/')).toEqual([true, true]);
  });

  it.each([
    'http://mcp.example.com/',
    'http://mcp.example.com:8081/',
    'http://mcp.example.com.:8080/',
    'http://mcp.example.com.evil.example:8080/',
    'http://evil-mcp.example.com:8080/',
    'http://mcp.example.com:8080@evil.example/',
    'http://evil.example:8080/mcp.example.com:8080',
    'http://[::ffff:127.0.0.1]:8080/',
  ])('is not %s', (url) => {
    expect(listed('mcp.example.com:8080', url)).toEqual([false]);
  });

  it('without a port is both default ports', () => {
    expect(listed('h.example', 'https://h.example/', 'http://h.example/', 'https://h.example:8443/')).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('is one address in all its spellings, and no other', () => {
    const spellings = ['127.0.0.1', '2130706433', '0x7f000001', '0177.0.0.1', '127.1', '127。0。0。1'];
    const urls = spellings.map((host) => `http://${host}:8080/`);
    expect(new Set(listed('127.0.0.1:8080', ...urls))).toEqual(new Set([true]));
    expect(new Set(listed('10.0.0.7:8080', ...urls))).toEqual(new Set([false]));
    expect(listed('::1, [fd00::1]:8080', 'http://[::1]/', 'http://[fd00:0::1]:8080/')).toEqual([true, true]);
  });
});

it('ranges are of addresses, and allow no host by themselves', () => {
  const list = listOf(' 10.0.0.0/8,, fd00::/8 , h.example:1 ');
  expect([list.hosts.size, list.ranges.length]).toEqual([1, 2]);
  expect(isListed(new URL('http://10.0.0.1/'), list)).toBe(false);
});

it.each(['http://h.example', 'h.example/path', 'user@h.example', 'h.example:99999', 'h example', '10.0.0.0/33', ':80'])(
  'an entry that is neither stops the start, by name: %s',
  (entry) => {
    const start = () => loadConfig({ SERVER_ENDPOINT_ALLOW: `h.example:1,${entry}` });
    expect(start).toThrow(ConfigError);
    expect(start).toThrow(`SERVER_ENDPOINT_ALLOW: ${entry} is neither`);
  },
);
