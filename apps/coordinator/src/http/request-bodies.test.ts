import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, startTestApp, type TestApp } from '../testing/harness.ts';
import { askRaw, expectProblem } from '../testing/problems.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const JSON_TYPE = { 'content-type': 'application/json' };
const valid = (requestId: string) => ({ requestId, assessmentType: 'compliance', targetServers: ['a'] });
const send = (body: string | Uint8Array, headers: Record<string, string> = JSON_TYPE): Promise<Answer> =>
  askRaw(app, {
    method: 'POST',
    path: '/api/v1/assessments',
    headers: { authorization: `Bearer ${app.adminToken}`, ...headers },
    body,
  });
const assessments = async () => Number((await app.admin('GET', '/assessments')).body.total);
const pointers = (answer: Answer): string[] => answer.body.errors.map((error: { path: string }) => error.path);

describe('what is no JSON', () => {
  it.each([
    ['cut off', '{"requestId": "a"'],
    ['nothing but a word', 'hello'],
    ['with a comma too many', '{"requestId": "a",}'],
    ['two values', '{} {}'],
    ['a comment', '{} // no'],
    ['a lone quote', '"'],
  ])('%s', async (_, body) => {
    expectProblem(await send(body), 'malformed_json');
  });

  it.each([
    ['a key twice', '{"requestId":"a","requestId":"b","assessmentType":"compliance"}'],
    ['a key twice, written differently', '{"requestId":"a","request\\u0049d":"b"}'],
    ['a key twice further in', '{"options":{"autoApprove":false,"autoApprove":true}}'],
    ['__proto__', '{"__proto__":{"autoApprove":true}}'],
    ['__proto__, written differently', '{"options":{"\\u005f_proto__":{}}}'],
  ])('%s', async (_, body) => {
    const answer = await send(body);
    expectProblem(answer, 'malformed_json');
    expect(answer.body.detail).toContain('Nothing was changed.');
    expect(({} as Record<string, unknown>)['autoApprove']).toBeUndefined();
  });

  it('nested deeper than anything of ours, by a little and by very much', async () => {
    for (const depth of [64, 100_000]) {
      const answer = await send(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`);
      expectProblem(answer, 'malformed_json');
      expect(answer.body.detail).toContain('nested more than 64 levels deep');
    }
    expectProblem(await send(`{"a":${'['.repeat(63)}${']'.repeat(63)}}`), 'invalid_request');
  });

  it('that is no UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('{"requestId":"a'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    expectProblem(await send(bytes), 'malformed_json');
  });
});

describe('what is JSON and not valid', () => {
  it.each<[string, unknown, string[]]>([
    ['a wrong type', { ...valid('a'), targetServers: 'a' }, ['/targetServers']],
    ['a wrong type further in', { ...valid('a'), targetServers: ['b', 7] }, ['/targetServers/1']],
    ['an unknown word', { ...valid('a'), assessmentType: 'guess' }, ['/assessmentType']],
    ['a missing field', { assessmentType: 'compliance' }, ['/requestId']],
    ['an unknown field', { ...valid('a'), colour: 'red' }, ['/']],
    ['an unknown field further in', { ...valid('a'), options: { fast: true } }, ['/options']],
    ['several faults', { requestId: '', assessmentType: 1 }, ['/requestId', '/assessmentType']],
    ['a list', [valid('a')], ['/']],
    ['null', null, ['/']],
    ['a number', 7, ['/']],
    ['an id that is too long', valid('a'.repeat(129)), ['/requestId']],
    ['an id with a slash', valid('a/b'), ['/requestId']],
    ['a name that is too long', { ...valid('a'), targetServers: ['n'.repeat(601)] }, ['/targetServers/0']],
    ['a control character', { ...valid('a'), targetServers: ['a\u0007'] }, ['/targetServers/0']],
    ['a list that is too long', { ...valid('a'), targetServers: Array(1001).fill('a') }, ['/targetServers']],
    ['a time of day only', { ...valid('a'), timestamp: '12:00' }, ['/timestamp']],
  ])('%s is named by its pointer', async (_, body, paths) => {
    const before = await assessments();
    const answer = await send(JSON.stringify(body));
    expectProblem(answer, 'invalid_request');
    expect(pointers(answer)).toEqual(paths);
    expect(await assessments()).toBe(before);
  });

  it('an unknown field is named as it came and cut short, and its value is not told', async () => {
    const long = '<b>'.repeat(50_000);
    const answer = await send(JSON.stringify({ ...valid('a'), [long]: 'a value of theirs', options: { [long]: 1 } }));
    expectProblem(answer, 'invalid_request');
    const text = JSON.stringify(answer.body);
    expect(text).toContain('<b><b>');
    expect(text).not.toContain('a value of theirs');
    expect(text.length).toBeLessThan(2_000);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('no body at all', async () => {
    const answer = await send('');
    expectProblem(answer, 'invalid_request');
    expect(pointers(answer)).toEqual(['/']);
  });

  it('parameters and queries are named as such', async () => {
    const query = await app.admin('GET', '/assessments?limit=0&status=lost&colour=red');
    expectProblem(query, 'invalid_request');
    expect(pointers(query).sort()).toEqual(['/query', '/query/limit', '/query/status']);
    const params = await app.admin('GET', '/assessments/a%20b');
    expectProblem(params, 'invalid_request');
    expect(pointers(params)).toEqual(['/params/id']);
    expect(pointers(await app.admin('GET', '/assessments?limit=1&limit=2'))).toEqual(['/query/limit']);
  });

  it('a body where none is expected', async () => {
    const answer = await app.admin('DELETE', '/servers/nobody', { force: true });
    expectProblem(answer, 'invalid_request');
  });

  it.each<[string, unknown, string]>([
    ['NUL in a reason', { approvalId: 'a', proposalId: 'p', decision: 'rejected', reason: 'a\u0000b' }, '/reason'],
    ['half a character', { approvalId: 'a', proposalId: 'p', decision: 'rejected', reason: 'a\ud800' }, '/reason'],
  ])('%s, which no database can hold', async (_, body, path) => {
    const answer = await app.admin('POST', '/approvals', body);
    expectProblem(answer, 'invalid_request');
    expect(pointers(answer)).toEqual([path]);
  });

  it('NUL in a query or in a name of free JSON', async () => {
    const query = await app.admin('GET', '/audit/logs?actor=a%00b');
    expectProblem(query, 'invalid_request');
    expect(pointers(query)).toEqual(['/query/actor']);
    const tools = ['install_server', 'remove_server', 'generate_config'];
    const body = { installerId: 'i', version: '1', capabilities: tools, contact: { 'a\u0000': 1 } };
    expectProblem(await app.admin('POST', '/servers/register', body), 'invalid_request');
    const cursor = Buffer.from(JSON.stringify(['2026-01-01T00:00:00Z', 'a\u0000'])).toString('base64url');
    expectProblem(await app.admin('GET', `/assessments?cursor=${cursor}`), 'invalid_request');
  });
});

describe('what is not taken', () => {
  const body = JSON.stringify(valid('never'));

  it('over 1 MiB, and up to it is', async () => {
    const filled = (bytes: number) => {
      const start = '{"requestId":"never","filler":"';
      return `${start}${'x'.repeat(bytes - start.length - 2)}"}`;
    };
    expectProblem(await send(filled(1024 * 1024)), 'invalid_request');
    expectProblem(await send(filled(1024 * 1024 + 1)), 'payload_too_large');
  });

  it.each([
    ['text', 'text/plain'],
    ['a form', 'application/x-www-form-urlencoded'],
    ['JSON of another kind', 'application/json-patch+json'],
    ['nonsense', 'nonsense'],
    ['another charset', 'application/json; charset=iso-8859-1'],
    ['UTF-16', 'application/json; charset="utf-16"'],
  ])('%s', async (_, type) => {
    expectProblem(await send(body, { 'content-type': type }), 'unsupported_media_type');
    expectProblem(await app.admin('GET', '/assessments/never'), 'not_found');
  });

  it.each([
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'Application/JSON',
    'application/json; charset="utf-8"',
  ])('and %s is', async (type) => {
    expectProblem(await send(JSON.stringify({ requestId: 'a b' }), { 'content-type': type }), 'invalid_request');
  });
});

it('nobody unknown makes us parse anything', async () => {
  const anonymous = { authorization: '', ...JSON_TYPE };
  expectProblem(await app.anyone('POST', '/assessments', '{"cut'), 'unauthenticated');
  expectProblem(await app.anyone('POST', '/assessments', 'x', { 'content-type': 'text/plain' }), 'unauthenticated');
  expect((await send('{"cut', anonymous)).status).toBe(401);
  const viewer = await app.person('viewer');
  expectProblem(await viewer.ask('POST', '/assessments', '{"cut'), 'forbidden');
});
