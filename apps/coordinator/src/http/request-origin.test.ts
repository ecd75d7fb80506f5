import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, startTestApp, type TestApp } from '../testing/harness.ts';
import { askRaw, expectProblem } from '../testing/problems.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ PUBLIC_URL: 'https://mcp.example.com' });
});
afterAll(() => app.close());

const show = (headers: Record<string, string>, path = '/api/v1/auth/permissions') =>
  askRaw(app, { path, headers: { authorization: `Bearer ${app.adminToken}`, ...headers } });

describe('the Host header', () => {
  it.each([
    'mcp.example.com',
    'MCP.example.com',
    'mcp.example.com:8443',
    'localhost',
    'localhost:3000',
    '127.0.0.1:9',
    '[::1]:3000',
  ])('%s is ours', async (host) => {
    expect((await show({ host })).status).toBe(200);
  });

  it.each([
    'evil.example',
    'mcp.example.com.evil.example',
    'evil-mcp.example.com',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.1',
    '[::2]',
    'mcp.example.com:99999999',
    '',
  ])('%j is refused, as DNS rebinding sends it', async (host) => {
    expectProblem(await show({ host }), 'host_not_allowed');
  });

  it.each(['/livez', '/nothing', '/.well-known/jwks.json', '/api/v1/openapi.json', '/docs'])(
    'is checked on %s too',
    async (path) => {
      expectProblem(await show({ host: 'evil.example' }, path), 'host_not_allowed');
    },
  );
});

describe('the Origin header', () => {
  const logIn = async () => {
    const { headers } = await app.anyone('POST', '/auth/login', ADMIN);
    return headers.get('set-cookie')?.split(';')[0] ?? '';
  };
  const write = (headers: Record<string, string>) =>
    askRaw(app, {
      method: 'POST',
      path: '/api/v1/assessments',
      headers: { 'content-type': 'application/json', host: 'mcp.example.com', ...headers },
      body: '{}',
    });

  it.each(['https://evil.example', 'null', 'https://mcp.example.com.evil.example', 'nonsense', 'https://localhost:1'])(
    '%s writes nothing with a cookie, nor with a token',
    async (origin) => {
      expectProblem(await write({ cookie: await logIn(), origin }), 'origin_not_allowed');
      expectProblem(await write({ authorization: `Bearer ${app.adminToken}`, origin }), 'origin_not_allowed');
    },
  );

  it('must be there for a cookie to write, and is not needed for a token', async () => {
    const cookie = await logIn();
    expectProblem(await write({ cookie }), 'origin_not_allowed');
    expectProblem(await write({ cookie, origin: 'https://mcp.example.com' }), 'invalid_request');
    expectProblem(await write({ authorization: `Bearer ${app.adminToken}` }), 'invalid_request');
  });

  it('of another site may not sign anybody in', async () => {
    const refused = await app.anyone('POST', '/auth/login', ADMIN, { origin: 'https://evil.example' });
    expectProblem(refused, 'origin_not_allowed');
    expect(refused.headers.get('set-cookie')).toBeNull();
  });
});

describe('X-Request-Id', () => {
  it.each(['abc', 'A-b_c.1', 'x'.repeat(64)])('%s is taken', async (id) => {
    expect((await show({ 'x-request-id': id })).headers.get('x-request-id')).toBe(id);
  });

  it.each(['', 'a b', 'x'.repeat(65), '<script>', 'ä'])('%j is replaced', async (id) => {
    const { headers } = await show({ 'x-request-id': id });
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('stands in the record of what was refused', async () => {
    const user = await app.person('user');
    const refused = await user.ask('GET', '/users', undefined, { 'x-request-id': 'my-request-7' });
    expectProblem(refused, 'forbidden');
    const { body } = await app.admin('GET', `/audit/logs?actor=${user.username}&action=access_denied`);
    expect(body.logs).toMatchObject([
      {
        requestId: 'my-request-7',
        result: 'denied',
        target: '/api/v1/users',
        details: { code: 'forbidden', route: 'listUsers' },
      },
    ]);
  });
});

describe('what is not there', () => {
  it.each([
    ['GET', '/api/v1/nothing'],
    ['GET', '/api/v1'],
    ['PATCH', '/api/v1/assessments'],
    ['POST', '/livez'],
    ['GET', '/api/v2/assessments'],
    ['GET', '/nothing'],
    ['OPTIONS', '/api/v1/assessments'],
    ['GET', `/api/v1/assessments/${'x'.repeat(500)}`],
  ])('%s %s', async (method, path) => {
    expectProblem(await askRaw(app, { method, path }), 'not_found');
  });

  it.each(['/api/v1/assessments/%', '/api/v1/%ff%fe', '/%c0%af'])('a path that cannot be decoded: %s', async (path) => {
    const answer = await askRaw(app, { path });
    expectProblem(answer, 'malformed_json');
  });
});
