import { expect, it } from 'vitest';
import { sessionCookieName } from '../../http/authenticate-request.ts';
import { createSessionCookies } from './session-cookie.ts';

const LINK = { sessionId: 'sess_0a1b', refreshId: 'refresh_2c3d' };
const keyOf = (text: string) => ({ id: text, token: Buffer.from('unused'), cookie: Buffer.from(text) });
const signedWith = (name: string, ...texts: [string, ...string[]]) => {
  const keys = texts.map(keyOf);
  return createSessionCookies({ current: () => keyOf(texts[0]), accepted: () => keys }, name);
};
const cookies = signedWith('mcp_session', 'secret');
const value = cookies.issue(LINK, 600).value ?? '';

it('opens what it issued, and nothing else', () => {
  expect(cookies.issue(LINK, 600)).toEqual({ name: 'mcp_session', value, maxAgeSeconds: 600 });
  expect(cookies.open(value)).toEqual(LINK);
  expect(cookies.clear).toEqual({ name: 'mcp_session' });
});

it.each([
  ['nothing', ''],
  ['an unsigned session', 'sess_0a1b.refresh_2c3d'],
  ['an empty signature', 'sess_0a1b.refresh_2c3d.'],
  ['another session', value.replace('0a1b', '0a1c')],
  ['another place in its chain', value.replace('2c3d', '2c3e')],
  ['the parts cut elsewhere', value.replace('.refresh', 'r.efresh')],
  ['a cut signature', value.slice(0, -1)],
  ['a longer signature', `${value}A`],
  ['another secret', signedWith('mcp_session', 'other').issue(LINK, 600).value ?? ''],
  ['another cookie', signedWith('__Host-mcp_session', 'secret').issue(LINK, 600).value ?? ''],
  ['a line break', `${value}\n`],
])('refuses %s', (_what, given) => {
  expect(cookies.open(given)).toBeUndefined();
});

it.each([
  ['http://localhost:3000', 'mcp_session'],
  ['https://mcp.example.com', '__Host-mcp_session'],
])('at %s it is named %s', (url, name) => {
  expect(sessionCookieName(new URL(url))).toBe(name);
});

it('opens what an earlier key signed for as long as that is accepted, and signs with the present one', () => {
  const both = signedWith('mcp_session', 'new', 'secret');
  expect(both.open(value)).toEqual(LINK);
  expect(signedWith('mcp_session', 'new').open(value)).toBeUndefined();
  expect(signedWith('mcp_session', 'new').open(both.issue(LINK, 600).value ?? '')).toEqual(LINK);
});
