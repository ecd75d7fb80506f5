import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, expectTypeOf, it } from 'vitest';
import { createClient, routePath, UnreachableError } from './http.ts';
import type { CallInput, CallValue } from './route-call.ts';

let server: Server | undefined;

interface Heard {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A real server on a free port; `answer` gets the number of the request, from 1. */
async function serve(answer: (response: ServerResponse, count: number) => void) {
  const heard: Heard[] = [];
  const hear = async (request: IncomingMessage, response: ServerResponse) => {
    heard.push({ method: request.method, url: request.url, headers: request.headers, body: await text(request) });
    answer(response, heard.length);
  };
  const listening = createServer((request, response) => void hear(request, response));
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return { heard, baseUrl: `http://127.0.0.1:${(listening.address() as AddressInfo).port}` };
}

const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

it('sends path parameters encoded, the query without what is absent, and the bearer', async () => {
  const { heard, baseUrl } = await serve((response) => json(response, 200, { success: true, server: {} }));
  const client = createClient({ baseUrl, credential: { kind: 'bearer', token: 'tok' } });
  await client.showServer({ params: { id: 'a/b c' } });
  await client.listAuditLogs({ query: { limit: 5, actor: 'key:a&b', target: undefined } });
  expect(heard.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET /api/v1/servers/a%2Fb%20c',
    'GET /api/v1/audit/logs?limit=5&actor=key%3Aa%26b',
  ]);
  expect(heard[0]?.headers.authorization).toBe('Bearer tok');
  expect(heard[0]?.headers.cookie).toBeUndefined();
});

it('tells success statuses apart', async () => {
  const { heard, baseUrl } = await serve((response) =>
    json(response, 202, { success: true, executionId: 'e', proposalId: 'p', status: 'running', dryRun: false }),
  );
  const reply = await createClient({ baseUrl }).executeRemediation({ body: { proposalId: 'p', approvalToken: 't' } });
  expect(reply).toMatchObject({ ok: true, status: 202, value: { executionId: 'e' } });
  expect(JSON.parse(heard[0]?.body ?? '')).toEqual({ proposalId: 'p', approvalToken: 't' });
  expect(heard[0]?.headers['content-type']).toBe('application/json');
});

it('gives a refusal as a value, whole', async () => {
  const problem = {
    success: false,
    type: 'urn:x',
    title: 'Too many requests',
    status: 429,
    detail: 'Nothing was changed. Wait 7 s.',
    code: 'rate_limited',
    requestId: 'req_1',
    errors: [{ path: '/query/limit', message: 'too many' }],
  };
  const { baseUrl } = await serve((response) => json(response, 429, problem, { 'retry-after': '7' }));
  expect(await createClient({ baseUrl }).listUsers()).toEqual({
    ok: false,
    refusal: {
      code: 'rate_limited',
      status: 429,
      title: 'Too many requests',
      detail: 'Nothing was changed. Wait 7 s.',
      requestId: 'req_1',
      errors: [{ path: '/query/limit', message: 'too many' }],
      retryAfterSeconds: 7,
    },
  });
});

it.each([
  [502, 'dependency_unavailable'],
  [500, 'internal_error'],
  [204, 'internal_error'],
])('takes an answer with status %i that is no coordinator’s as %s', async (status, code) => {
  const { baseUrl } = await serve((response) => response.writeHead(status).end(status === 204 ? undefined : '<html>'));
  expect(await createClient({ baseUrl }).logout()).toMatchObject({ ok: false, refusal: { code, status } });
});

it('hands a file over as the response', async () => {
  const { baseUrl } = await serve((response) => response.writeHead(200, { 'content-type': 'text/csv' }).end('a,b'));
  const reply = await createClient({ baseUrl }).exportAudit({ query: { format: 'csv' } });
  expect(reply.ok && (await reply.value.text())).toBe('a,b');
});

it('repeats an idempotent write under one key when the connection breaks', async () => {
  const { heard, baseUrl } = await serve((response, count) => {
    if (count < 3) response.destroy();
    else json(response, 202, { success: true, assessmentId: 'a', status: 'pending' });
  });
  const client = createClient({ baseUrl, retryBaseMs: 1 });
  const reply = await client.requestAssessment({ body: { requestId: 'a', assessmentType: 'security' } });
  expect(reply.ok).toBe(true);
  expect(heard).toHaveLength(3);
  expect(new Set(heard.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  expect(heard[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/);
});

it('gives up after a bounded number of tries', async () => {
  const { heard, baseUrl } = await serve((response) => response.destroy());
  const client = createClient({ baseUrl, retryBaseMs: 1, attemptsMax: 2 });
  await expect(client.showPermissions()).rejects.toThrow(UnreachableError);
  expect(heard).toHaveLength(2);
});

it('never repeats a write without a key', async () => {
  const { heard, baseUrl } = await serve((response) => response.destroy());
  const client = createClient({ baseUrl, retryBaseMs: 1 });
  await expect(client.login({ body: { username: 'a', password: 'b' } })).rejects.toThrow(UnreachableError);
  expect(heard).toHaveLength(1);
  expect(heard[0]?.headers['idempotency-key']).toBeUndefined();
});

it('never repeats what was answered', async () => {
  const { heard, baseUrl } = await serve((response) => response.writeHead(503).end('busy'));
  await createClient({ baseUrl, retryBaseMs: 1 }).listServers();
  expect(heard).toHaveLength(1);
});

it('stops at once when the caller has gone', async () => {
  const { heard, baseUrl } = await serve((response) => response.destroy());
  const going = new AbortController();
  const client = createClient({ baseUrl, retryBaseMs: 60_000 });
  const call = client.listServers({}, { signal: going.signal });
  await expect.poll(() => heard.length).toBe(1);
  going.abort(new Error('gone'));
  await expect(call).rejects.toThrow('gone');
});

it('makes links of the same paths', () => {
  expect(routePath({ path: '/assessments/:id/report' }, { params: { id: 'ä' }, query: { format: 'pdf' } })).toBe(
    '/api/v1/assessments/%C3%A4/report?format=pdf',
  );
});

it('is typed by the contract', () => {
  expectTypeOf<CallInput<'showServer'>>().toEqualTypeOf<{ params: { id: string } }>();
  expectTypeOf<CallValue<'exportAudit'>>().toEqualTypeOf<Response>();
  expectTypeOf<CallValue<'revokeApiKey'>>().toEqualTypeOf<{ success: true; id: string }>();
  expectTypeOf<CallInput<'beginSignIn'>['body']>().toEqualTypeOf<{ username: string; password: string }>();
});
