import { verify } from 'node:crypto';
import { auditRoutes } from '@mcp-coordinator/contract/audit.contract';
import { verifyInclusion } from '@mcp-coordinator/core/audit/inclusion-proof';
import { parseNote, parseVerifierKey } from '@mcp-coordinator/core/audit/signed-note';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { Person } from '../../http/caller.ts';
import { openTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import type { AuditModule } from './audit.module.ts';
import { hashOfLeaf, sha256, unhex } from './merkle-bytes.ts';
import { openAudit, record } from './testing/open-audit.ts';

let database: TestDatabase;
let audit: AuditModule;
let now: Date;

const caller: Person = {
  kind: 'person',
  actor: 'alice',
  userId: 1,
  username: 'alice',
  role: 'viewer',
  sessionId: 's',
  permissions: new Set(['view_audit']),
};
const CALL = { caller, requestId: 'req-7', address: '127.0.0.1', body: undefined };

type Name = keyof typeof auditRoutes;
type Success<N extends Name> = (typeof auditRoutes)[N]['responses'][200];
type Body<N extends Name> = Success<N> extends z.ZodType ? z.output<Success<N>> : { content: AsyncIterable<string> };
interface Input {
  query?: Record<string, unknown>;
  params?: { id: string };
}

/** As the edge calls it: the query parsed by the contract. */
function answerOf(name: Name, { query = {}, params }: Input): Promise<unknown> {
  const route = auditRoutes[name];
  const handler = audit.handlers[name] as (given: object) => Promise<unknown>;
  return handler({ ...CALL, query: 'query' in route ? route.query.parse(query) : undefined, params });
}

/** The body of a success, held against the contract. */
async function call<N extends Name>(name: N, input: Input = {}): Promise<Body<N>> {
  const answer = (await answerOf(name, input)) as { status: number; body: Body<N> };
  expect(answer.status).toBe(200);
  const schema: z.ZodType | 'file' = auditRoutes[name].responses[200];
  return schema === 'file' ? answer.body : (schema.parse(answer.body) as Body<N>);
}
const logs = (query: Record<string, unknown>) => call('listAuditLogs', { query });
const text = async (query: Record<string, unknown>) => {
  let whole = '';
  for await (const part of (await call('exportAudit', { query })).content) whole += part;
  return whole;
};

beforeAll(async () => {
  database = await openTestDatabase();
  audit = openAudit(database, () => now);
  expect(await answerOf('showCheckpoint', {})).toMatchObject({ refusal: { code: 'not_found' } });
  const write = async (at: string, entry: Parameters<typeof record>[2]) => {
    now = new Date(at);
    await record(database, audit, entry);
  };
  await write('2025-12-31T23:59:59.999Z', { actor: 'bob', action: 'login_failed', target: 'bob', result: 'denied' });
  await write('2026-01-01T00:00:00.000Z', { actor: 'alice', action: 'login_succeeded', target: 'alice' });
  // Two of one moment: the order must hold nevertheless.
  await write('2026-01-01T12:00:00.000Z', { actor: 'alice', target: 'prop_1' });
  await write('2026-01-01T12:00:00.000Z', { actor: 'alice', target: 'prop_2', details: { reason: '=1+1' } });
  await write('2026-01-01T23:59:59.999Z', { actor: '=cmd()', target: 'prop "3"\n' });
  await write('2026-01-02T00:00:00.000Z', { actor: 'bob', target: 'prop_4' });
  await audit.flush();
});
beforeEach(() => {
  now = new Date('2026-01-03T00:00:00.000Z');
});
afterAll(() => database.close());

describe('listing', () => {
  it('is newest first and knows its totals', async () => {
    const page = await logs({ limit: '2' });
    expect(page).toMatchObject({ success: true, total: 6, totalRelation: 'eq', page: 1, pageSize: 2 });
    expect(page.logs.map((log) => log.timestamp)).toEqual(['2026-01-02T00:00:00.000Z', '2026-01-01T23:59:59.999Z']);
    expect(page.logs[0]).toMatchObject({ leafIndex: 5, requestId: null, result: 'success' });
  });

  it('pages by cursor and by offset to the same rows, each once', async () => {
    const all = (await logs({ limit: '200' })).logs.map((log) => log.id);
    const byCursor: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await logs({ limit: '1', ...(cursor === undefined ? {} : { cursor }) });
      byCursor.push(...page.logs.map((log) => log.id));
      cursor = page.nextCursor;
    }
    expect(byCursor).toEqual(all);
    expect((await logs({ limit: '3', offset: '3' })).logs.map((log) => log.id)).toEqual(all.slice(3));
    expect(await answerOf('listAuditLogs', { query: { cursor: 'x' } })).toMatchObject({
      refusal: { code: 'invalid_request' },
    });
  });

  it.each([
    [{ actor: 'bob' }, 2],
    [{ action: 'login_failed' }, 1],
    [{ target: 'prop_1' }, 1],
    [{ result: 'denied' }, 1],
    [{ actor: 'alice', result: 'denied' }, 0],
    [{ startDate: '2026-01-01' }, 5],
    [{ endDate: '2026-01-01' }, 5],
    [{ startDate: '2026-01-01', endDate: '2026-01-01' }, 4],
    [{ startDate: '2026-01-01T12:00:00Z', endDate: '2026-01-01T12:00:00Z' }, 2],
    [{ startDate: '2026-01-02T00:00:00.001Z' }, 0],
  ])('filters %j', async (query, total) => {
    const page = await logs(query);
    expect(page).toMatchObject({ total });
    expect(page.logs).toHaveLength(total);
  });
});

describe('a proof', () => {
  it('convinces someone who has the verifier key alone', async () => {
    const { verifierKey } = await call('showCheckpoint');
    const key = parseVerifierKey(verifierKey, sha256)!;
    for (const { id } of (await logs({ limit: '200' })).logs) {
      const body = await call('proveAuditLog', { params: { id } });
      const note = parseNote(body.checkpoint)!;
      const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key.publicKey).toString('base64url') };
      expect(verify(null, Buffer.from(note.text), { key: jwk, format: 'jwk' }, note.signatures[0]!.signature)).toBe(
        true,
      );
      const [, size, root] = note.text.split('\n');
      const claim = {
        leaf: hashOfLeaf(body.leaf),
        index: body.leafIndex,
        size: Number(size),
        proof: body.proof.map(unhex),
        root: new Uint8Array(Buffer.from(root!, 'base64')),
      };
      expect(verifyInclusion(claim, sha256)).toBe(true);
      expect(body).toMatchObject({ treeSize: Number(size), rootHash: Buffer.from(claim.root).toString('hex') });
      expect(JSON.parse(body.leaf).id).toBe(id);
    }
  });

  it('is made for a record of a moment ago, and refused for none', async () => {
    await record(database, audit, { target: 'prop_5' });
    const { id } = (await logs({ target: 'prop_5' })).logs[0]!;
    expect(await call('proveAuditLog', { params: { id } })).toMatchObject({ id });
    expect(await answerOf('proveAuditLog', { params: { id: 'audit_none' } })).toMatchObject({
      refusal: { code: 'not_found' },
    });
  });
});

it('verifies', async () => {
  expect(await call('verifyAudit')).toMatchObject({ success: true, valid: true, problems: [] });
});

describe('exporting', () => {
  const DAY = { startDate: '2026-01-01', endDate: '2026-01-01' };

  it('leaves a record that names who and what', async () => {
    await text({ ...DAY, format: 'csv' });
    const { logs: exports } = await logs({ action: 'audit_exported', limit: '1' });
    expect(exports).toMatchObject([{ actor: 'alice', requestId: 'req-7', details: { format: 'csv', filters: DAY } }]);
  });

  it('writes one JSON text a line, in the order of the tree', async () => {
    const rows = (await text({ ...DAY, format: 'jsonl' }))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const inOrder = (await logs(DAY)).logs.sort((a, b) => (a.leafIndex ?? 0) - (b.leafIndex ?? 0));
    expect(rows).toEqual(inOrder);
  });

  it('writes CSV that no spreadsheet runs', async () => {
    const csv = await text({ ...DAY, format: 'csv' });
    expect(
      csv.startsWith('"id","timestamp","actor","action","target","result","details","requestId","leafIndex"\r\n'),
    ).toBe(true);
    expect(csv).toContain(`"'=cmd()"`);
    expect(csv).toContain('"prop ""3""\n"');
    expect(csv).toContain('"{""reason"":""=1+1""}"');
  });

  it('writes OCSF events', async () => {
    const events = (await text({ ...DAY, format: 'ocsf' }))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events[0]).toMatchObject({
      class_uid: 3002,
      activity_id: 1,
      type_uid: 300201,
      status_id: 1,
      user: { name: 'alice' },
    });
    expect(events[1]).toMatchObject({ class_uid: 6003, category_uid: 6, api: { operation: 'approval_granted' } });
    expect(events.every((event) => event.type_uid === event.class_uid * 100 + event.activity_id)).toBe(true);
  });

  it('answers as a file, and an empty one when nothing fits', async () => {
    expect(await call('exportAudit')).toMatchObject({
      contentType: 'application/x-ndjson; charset=utf-8',
      fileName: 'audit-2026-01-03.jsonl',
    });
    expect(await text({ actor: 'nobody' })).toBe('');
  });
});
