import { expect, it } from 'vitest';
import { createSessionCookies } from './session-cookie.ts';

const cookies = createSessionCookies('secret');
const value = cookies.issue('sess_0a1b', 600).value ?? '';

it('opens what it issued, and nothing else', () => {
  expect(cookies.issue('sess_0a1b', 600)).toEqual({ name: 'mcp_session', value, maxAgeSeconds: 600 });
  expect(cookies.open(value)).toBe('sess_0a1b');
  expect(cookies.clear).toEqual({ name: 'mcp_session' });
});

it.each([
  ['nothing', ''],
  ['an unsigned id', 'sess_0a1b'],
  ['an empty signature', 'sess_0a1b.'],
  ['another id', value.replace('0a1b', '0a1c')],
  ['a cut signature', value.slice(0, -1)],
  ['a longer signature', `${value}A`],
  ['another secret', createSessionCookies('other').issue('sess_0a1b', 600).value ?? ''],
  ['a line break', `${value}\n`],
])('refuses %s', (_what, given) => {
  expect(cookies.open(given)).toBeUndefined();
});
