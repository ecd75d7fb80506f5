import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ask, startTestApp, type TestApp, until } from '../../../testing/harness.ts';

let app: TestApp;
let other: Ask;

beforeAll(async () => {
  app = await startTestApp();
  other = (await app.person('admin')).ask;
});
afterAll(() => app.close());

const logs = async (query: string) => (await app.admin('GET', `/audit/logs?limit=200&${query}`)).body.logs;
const verified = async () => (await app.admin('GET', '/audit/verify')).body;

describe('erasing a payload', () => {
  it('takes the details away, is recorded, and leaves a log that verifies', async () => {
    const [made] = await logs('action=user_created');
    const before = (await app.admin('GET', `/audit/logs/${made.id}/proof`)).body;
    expect(before.details).toEqual(made.details);
    expect((await app.admin('POST', `/audit/logs/${made.id}/erasure`, { reason: 'asked by the person' })).status).toBe(
      200,
    );
    const [erased] = await logs('action=user_created');
    expect(erased).toMatchObject({ id: made.id, details: {}, erased: true });
    const after = (await app.admin('GET', `/audit/logs/${made.id}/proof`)).body;
    expect(after).toMatchObject({ leaf: before.leaf, salt: null, details: null });
    expect((await logs('action=audit_payload_erased'))[0]).toMatchObject({
      actor: 'admin',
      target: made.id,
      details: { reason: 'asked by the person' },
    });
    expect(await verified()).toMatchObject({ valid: true });
  });

  it('is refused twice, for what is not there, and to who may not', async () => {
    const [made] = await logs('action=user_created');
    const erase = (ask: Ask, id: string) => ask('POST', `/audit/logs/${id}/erasure`, { reason: 'x' });
    expect((await erase(app.admin, made.id)).body.code).toBe('invalid_transition');
    expect((await erase(app.admin, 'audit_none')).body.code).toBe('not_found');
    expect((await erase((await app.person('approver')).ask, made.id)).body.code).toBe('forbidden');
  });

  it('is found where nobody recorded it', async () => {
    const [last] = await logs('action=login_succeeded');
    await until('the record is in the tree', async () => (await logs('action=login_succeeded'))[0].leafIndex !== null);
    await sql`update audit_logs set details = null, details_salt = null where id = ${last.id}`.execute(app.database.db);
    const { valid, problems } = await verified();
    expect(valid).toBe(false);
    expect(problems).toEqual([
      {
        leafIndex: expect.any(Number),
        recordId: last.id,
        problem: expect.stringContaining('no record in the log says so'),
      },
    ]);
  });
});

describe('pruning by hand', () => {
  const request = (ask: Ask, before: Date) =>
    ask('POST', '/audit/prunings', { before: before.toISOString(), reason: 'space' });
  const decide = (ask: Ask, id: string, decision: string) =>
    ask('POST', `/audit/prunings/${id}/decision`, { decision, reason: 'agreed' });

  it('takes a second person, and only one is open at a time', async () => {
    const asked = await request(app.admin, new Date(0));
    expect(asked).toMatchObject({ status: 202, body: { request: { status: 'pending', requestedBy: 'admin' } } });
    const { id } = asked.body.request;
    expect((await request(other, new Date(0))).body.code).toBe('invalid_transition');
    expect((await decide(app.admin, id, 'approved')).body.code).toBe('self_approval');
    expect(await decide(other, id, 'rejected')).toMatchObject({
      status: 200,
      body: { request: { status: 'rejected' } },
    });
    expect((await decide(other, id, 'approved')).body.code).toBe('invalid_transition');
    expect((await decide(other, 'prune_none', 'approved')).body.code).toBe('not_found');
  });

  it('archives and removes what both agreed on', async () => {
    const asked = await request(app.admin, app.now());
    const { id } = asked.body.request;
    expect((await decide(other, id, 'approved')).body.request.status).toBe('approved');
    const done = await until('the pruning is done', async () => {
      const { requests } = (await app.admin('GET', '/audit/prunings')).body;
      return requests.find((each: { id: string; status: string }) => each.id === id && each.status !== 'approved');
    });
    expect(done).toMatchObject({ status: 'done', problem: null });
    const { prunings } = (await app.admin('GET', '/audit/prunings')).body;
    expect(prunings).toMatchObject([{ first: 0, end: done.end }]);
    const [pruned] = await logs('action=audit_pruned');
    expect(pruned.details).toMatchObject({ requestedBy: 'admin', approvedBy: expect.any(String), end: done.end });
    expect(await verified()).toMatchObject({ valid: true, first: done.end });
  });
});
