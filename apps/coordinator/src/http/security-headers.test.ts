import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/harness.ts';
import { askRaw } from '../testing/problems.ts';

const PAGE = '<!doctype html><script nonce="__CSP_NONCE__"></script><style nonce="__CSP_NONCE__"></style>';
const folder = mkdtempSync(join(tmpdir(), 'dashboard-'));
let app: TestApp;
beforeAll(async () => {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), PAGE);
  writeFileSync(join(folder, 'assets', 'index-1.js'), 'export {};');
  app = await startTestApp({ PUBLIC_URL: 'https://mcp.example.com' }, { dashboardDir: folder });
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

/** What every answer says, whatever it is. */
function expectStrict(headers: Headers): void {
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  const policy = directivesOf(headers);
  expect(policy['default-src']).toEqual(["'none'"]);
  expect(policy['frame-ancestors']).toEqual(["'none'"]);
  expect(JSON.stringify(policy)).not.toMatch(/unsafe-|\*|https?:/);
  // No other site may read anything.
  expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  expect(headers.get('server')).toBeNull();
  expect(headers.get('x-powered-by')).toBeNull();
}
const directivesOf = (headers: Headers): Record<string, string[]> =>
  Object.fromEntries(
    (headers.get('content-security-policy') ?? '').split(';').map((directive) => {
      const [name = '', ...sources] = directive.trim().split(/ +/);
      return [name, sources];
    }),
  );

const html = { accept: 'text/html' };
describe('every kind of answer', () => {
  it.each<[string, number, { method?: string; path: string; headers?: Record<string, string>; body?: string }]>([
    ['the page', 200, { path: '/', headers: html }],
    ['a page further in', 200, { path: '/servers/one', headers: html }],
    ['an asset', 200, { path: '/assets/index-1.js' }],
    ['an asset that is not there', 404, { path: '/assets/none.js' }],
    ['the documentation', 200, { path: '/docs/', headers: html }],
    ['its script', 200, { path: '/docs/static/swagger-ui-bundle.js' }],
    ['the document', 200, { path: '/api/v1/openapi.json' }],
    ['health', 200, { path: '/livez' }],
    ['keys', 200, { path: '/.well-known/jwks.json' }],
    ['metrics that are refused', 401, { path: '/metrics' }],
    ['a refusal to nobody', 401, { path: '/api/v1/users' }],
    ['a body that is no JSON', 401, { method: 'POST', path: '/api/v1/users', body: '{' }],
    ['nothing', 404, { path: '/api/v1/nothing' }],
    ['a preflight', 404, { method: 'OPTIONS', path: '/api/v1/users', headers: { origin: 'https://evil.example' } }],
    ['another host', 403, { path: '/', headers: { host: 'evil.example' } }],
    ['a path that cannot be decoded', 400, { path: '/api/v1/%ff%fe' }],
    ['a path that is far too long', 404, { path: `/api/v1/assessments/${'x'.repeat(500)}` }],
  ])('%s', async (_, status, request) => {
    const answer = await askRaw(app, request);
    expect(answer.status).toBe(status);
    expectStrict(answer.headers);
  });

  it.each<[string, number, string, unknown?]>([
    ['a success', 200, '/users'],
    ['a file', 200, '/audit/export'],
    ['what is not there', 404, '/assessments/none'],
    ['what is not valid', 422, '/users?limit=0'],
  ])('of the API: %s', async (_, status, path) => {
    const answer = await app.admin('GET', path);
    expect(answer.status).toBe(status);
    expectStrict(answer.headers);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('strict-transport-security')).toMatch(/^max-age=31536000/);
  });
});

it('a page has a nonce of its own each time, for its scripts and styles, and nothing inline runs without', async () => {
  const nonces = new Set<string>();
  for (const path of ['/', '/', '/assessments']) {
    const { headers, body } = await askRaw(app, { path, headers: html });
    const [, nonce = ''] = /<script nonce="([^"]+)"/.exec(body) ?? [];
    expect(nonce).toMatch(/^[\w+/=-]{16,}$/);
    expect(body).not.toContain('__CSP_NONCE__');
    const policy = directivesOf(headers);
    expect(policy['script-src']).toEqual(["'self'", `'nonce-${nonce}'`]);
    expect(headers.get('cache-control')).toBe('no-store');
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(3);
});

it('assets are kept for a year, and nothing else is kept', async () => {
  const { headers } = await askRaw(app, { path: '/assets/index-1.js' });
  expect(headers.get('cache-control')).toContain('immutable');
});

/** Bytes as no client library sends them. */
async function raw(request: string): Promise<{ status: number; headers: Headers; body: string }> {
  const socket = connect(Number(new URL(app.base).port), '127.0.0.1');
  socket.write(request);
  const answer = await text(socket);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = new Headers(lines.map((line) => line.split(/: /, 2) as [string, string]));
  return { status: Number(first.split(' ')[1]), headers, body };
}
const upgrade = (path: string, ...more: string[]) =>
  [
    `GET ${path} HTTP/1.1`,
    ...['Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
    ...['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', ...more, '', ''],
  ].join('\r\n');

it.each([
  ['an upgrade without a credential', upgrade('/api/v1/servers/a/link'), 401, 'unauthenticated'],
  ['an upgrade of another site', upgrade('/ws', 'Origin: https://evil.example'), 403, 'origin_not_allowed'],
  ['an upgrade to another host', upgrade('/ws').replace('localhost', 'evil.example'), 403, 'host_not_allowed'],
  ['an upgrade to nothing', upgrade('/nothing'), 404, 'not_found'],
  ['what is no HTTP', 'NONSENSE\r\n\r\n', 400, 'malformed_json'],
  ['a header that is none', 'GET / HTTP/1.1\r\nHost: localhost\r\nno header\r\n\r\n', 400, 'malformed_json'],
])('what no hook sees is as strict: %s', async (_, request, status, code) => {
  const answer = await raw(request);
  expect(answer.status).toBe(status);
  expectStrict(answer.headers);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const problem = JSON.parse(answer.body);
  expect(problem).toMatchObject({ success: false, code, status });
  expect(answer.headers.get('x-request-id')).toBe(problem.requestId);
  expect(answer.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer realm="mcp-coordinator"' : null);
});

it('an upgrade is answered under the request id that it brings', async () => {
  const { headers } = await raw(upgrade('/nothing', 'X-Request-Id: mine-7'));
  expect(headers.get('x-request-id')).toBe('mine-7');
});
