import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../http/app.ts';
import type { Handlers } from '../../http/handlers.ts';
import { createRateLimit } from '../../http/rate-limit.ts';
import { ADMIN, startTestApp } from '../../testing/harness.ts';
import { askRaw } from '../../testing/problems.ts';
import { type AuthFixture, openAuth, PASSWORD } from './testing/open-auth.ts';

let on: AuthFixture;
let app: FastifyInstance;
let origin: string;
beforeAll(async () => {
  on = await openAuth();
  app = await createApp({
    log: pino({ level: 'silent' }),
    publicUrl: new URL('http://localhost:3000'),
    version: '0.0.0',
    tls: null,
    trustProxy: null,
    rateLimit: createRateLimit(100_000),
    dashboardDir: '/nonexistent',
    // The routes of other modules are not called here.
    handlers: on.auth.handlers as unknown as Handlers,
    checkCredential: on.auth.authenticate,
    idempotency: { begin: () => Promise.reject(new Error('not used')), finish: () => Promise.resolve() },
    refusalAudit: { record: () => Promise.resolve(), stop: () => Promise.resolve() },
    observeRequest: () => undefined,
    addRootRoutes: () => undefined,
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await app.close();
  await on.database.close();
});
beforeEach(async () => {
  await on.reset();
  await on.addUser('ada', 'admin');
});

async function call(method: string, path: string, { body, ...headers }: Record<string, unknown> = {}) {
  const response = await fetch(`${origin}/api/v1${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(headers as Record<string, string>),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  return { status: response.status, answer, headers: response.headers, code: answer.code };
}
const login = (username = 'ada', password = PASSWORD) => call('POST', '/auth/login', { body: { username, password } });
const bearer = (token: unknown) => ({ authorization: `Bearer ${String(token)}` });

describe('over HTTP', () => {
  it('a login answers exactly what the contract says, and a cookie that no script reads', async () => {
    const { status, answer, headers } = await login('ADA');
    expect(status).toBe(200);
    expect(answer).toEqual({
      success: true,
      token: expect.any(String),
      expiresAt: new Date(on.clock().getTime() + 3600_000).toISOString(),
      user: { id: expect.any(Number), username: 'ada', role: 'admin' },
    });
    const cookie = headers.get('set-cookie') ?? '';
    for (const part of ['mcp_session=', 'HttpOnly', 'SameSite=Strict', 'Path=/', 'Max-Age=43200']) {
      expect(cookie).toContain(part);
    }
    expect((await call('GET', '/auth/permissions', { cookie: cookie.split(';')[0] })).answer).toMatchObject({
      username: 'ada',
      role: 'admin',
    });
  });

  it('a refused login is a 401, a throttled one a 429 that says when to come back', async () => {
    const refused = await login('ada', 'wrong');
    expect([refused.status, refused.code, refused.headers.get('set-cookie')]).toEqual([
      401,
      'invalid_credentials',
      null,
    ]);
    for (let n = 0; n < 9; n += 1) await login('ada', 'wrong');
    const throttled = await login();
    expect([throttled.status, throttled.code, throttled.headers.get('retry-after')]).toEqual([
      429,
      'rate_limited',
      '60',
    ]);
    expect(Object.keys(throttled.answer).sort()).toEqual(
      ['code', 'detail', 'requestId', 'status', 'success', 'title', 'type'].sort(),
    );
  });

  it('refresh and logout work by token and by cookie, and logout takes the cookie back', async () => {
    const { answer, headers } = await login();
    const cookie = (headers.get('set-cookie') ?? '').split(';')[0];
    const renewed = await call('POST', '/auth/refresh', bearer(answer.token));
    expect([renewed.status, renewed.answer.user]).toEqual([200, answer.user]);
    const out = await call('POST', '/auth/logout', { cookie, origin: 'http://localhost:3000' });
    expect([out.status, out.answer]).toEqual([200, { success: true }]);
    expect(out.headers.get('set-cookie')).toMatch(/^mcp_session=;.*(Expires=Thu, 01 Jan 1970|Max-Age=0)/);
    for (const token of [answer.token, renewed.answer.token]) {
      const gone = await call('POST', '/auth/refresh', bearer(token));
      expect([gone.status, gone.code]).toEqual([401, 'session_expired']);
    }
  });

  it('where people come over TLS, the cookie is this host’s alone, and no other counts', async () => {
    const over = await startTestApp({ PUBLIC_URL: 'https://mcp.example.com' });
    const headers = { host: 'mcp.example.com', 'content-type': 'application/json' };
    const body = JSON.stringify(ADMIN);
    const signedIn = await askRaw(over, { method: 'POST', path: '/api/v1/auth/login', headers, body });
    const cookie = signedIn.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^__Host-mcp_session=/);
    for (const part of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/']) expect(cookie).toContain(part);
    expect(cookie).not.toMatch(/domain/i);
    const value = cookie.slice(cookie.indexOf('=') + 1, cookie.indexOf(';'));
    const asks = (name: string) =>
      askRaw(over, { path: '/api/v1/auth/permissions', headers: { ...headers, cookie: `${name}=${value}` } });
    expect((await asks('__Host-mcp_session')).body.username).toBe('admin');
    expect((await asks('mcp_session')).body.code).toBe('unauthenticated');
    await over.close();
  });

  it('a cookie writes nothing for a page of another site', async () => {
    const { headers, answer } = await login();
    const cookie = (headers.get('set-cookie') ?? '').split(';')[0];
    const before = await on.everything();
    const forged = await call('POST', '/auth/logout', { cookie, origin: 'http://evil.example' });
    expect([forged.status, forged.code]).toEqual([403, 'origin_not_allowed']);
    expect(await on.everything()).toBe(before);
    expect(await on.whoIs(String(answer.token))).toBe('ada');
  });

  it('users are for who manages them, and never for a machine', async () => {
    await on.addUser('vera', 'viewer');
    const { answer: admin } = await login();
    const { answer: viewer } = await login('vera');
    const made = await call('POST', '/api-keys', {
      ...bearer(admin.token),
      body: { name: 'box', kind: 'installer', serverId: 'box-1' },
    });
    expect([made.status, Object.keys(made.answer)]).toEqual([201, ['success', 'id', 'key']]);
    const body = { username: 'new', password: 'another-kelp-forest', role: 'user' };
    const before = await on.everything();
    expect((await call('GET', '/users', bearer(viewer.token))).code).toBe('forbidden');
    expect((await call('POST', '/users', { ...bearer(viewer.token), body })).code).toBe('forbidden');
    expect((await call('GET', '/users', { 'x-api-key': made.answer.key })).code).toBe('forbidden');
    expect((await call('POST', '/auth/refresh', { 'x-api-key': made.answer.key })).code).toBe('forbidden');
    expect((await call('GET', '/users', {})).code).toBe('unauthenticated');
    expect((await call('POST', '/users', { ...bearer(admin.token), body: { ...body, id: 7 } })).code).toBe(
      'invalid_request',
    );
    // Only that the key was used was written.
    const usedAt = JSON.stringify(on.clock().toISOString().replace('.000Z', '+00:00'));
    expect(await on.everything()).toBe(before.replace('"last_used_at":null', `"last_used_at":${usedAt}`));
    const created = await call('POST', '/users', { ...bearer(admin.token), body: { ...body, username: 'ＮＥＷ' } });
    expect([created.status, created.answer.user]).toMatchObject([201, { username: 'new', createdBy: 'ada' }]);
    expect((await call('GET', '/users?limit=1', bearer(admin.token))).answer).toMatchObject({ total: 3, pageSize: 1 });
    expect((await call('GET', '/api-keys', bearer(admin.token))).answer).toMatchObject({ apiKeys: [{ name: 'box' }] });
  });
});
