import { setTimeout as sleep } from 'node:timers/promises';
import { refuse } from '@mcp-coordinator/contract/refusals';
import { parseCheckpointText } from '@mcp-coordinator/core/audit/checkpoint';
import { parseNote } from '@mcp-coordinator/core/audit/signed-note';
import { accept, deny } from '@mcp-coordinator/core/result';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { transact } from '../../db/transaction.ts';
import { openTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import type { AuditModule } from './audit.module.ts';
import { ORIGIN, openAudit, record, steppingClock, tamper } from './testing/open-audit.ts';

let database: TestDatabase;
let audit: AuditModule;
beforeAll(async () => {
  database = await openTestDatabase();
  audit = openAudit(database);
});
beforeEach(() =>
  tamper(database, 'truncate audit_logs, audit_queue, audit_leaves, audit_checkpoints, audit_subtrees, event_outbox'),
);
afterAll(() => database.close());

const leaves = () => database.db.selectFrom('audit_leaves').selectAll().orderBy('leaf_index').execute();
const records = () => database.db.selectFrom('audit_logs').selectAll().orderBy('leaf_index').execute();

describe('a record', () => {
  it('is there exactly when its transaction is', async () => {
    await transact(database.db, async (tx) => {
      await audit.recordAudit(tx, { action: 'user_created', actor: 'root', target: 'bob' });
      return deny(refuse('forbidden', 'no'));
    });
    expect(await records()).toEqual([]);
    await record(database, audit, {
      action: 'user_created',
      actor: 'root',
      target: 'bob',
      requestId: 'req-1',
      result: 'denied',
    });
    expect(await records()).toMatchObject([
      {
        action: 'user_created',
        actor: 'root',
        target: 'bob',
        request_id: 'req-1',
        result: 'denied',
        details: {},
        leaf_index: null,
      },
    ]);
  });

  it('holds no secret, in whatever place', async () => {
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    await record(database, audit, {
      target: `server ${secret}`,
      details: { reason: secret, env: { DB_PASSWORD: 'hunter2' } },
    });
    const stored = JSON.stringify(await records());
    expect(stored).not.toContain(secret);
    expect(stored).not.toContain('hunter2');
  });

  it('is written whatever it holds', async () => {
    await record(database, audit, {
      actor: 'a\u0000',
      target: 'b\ud800',
      details: { 'c\u0000': 'd\u0000', at: new Date(0), big: 1e300, nil: -0 },
    });
    expect(await audit.verify()).toMatchObject({ valid: true, size: 1 });
  });

  it('can be neither changed, deleted nor truncated by what the application may do', async () => {
    await record(database, audit);
    await audit.flush();
    for (const change of [
      `update audit_logs set actor = 'x'`,
      'update audit_logs set leaf_index = 5',
      'delete from audit_logs',
      'truncate audit_logs cascade',
    ]) {
      await expect(sql.raw(change).execute(database.db)).rejects.toMatchObject({ code: '23001' });
    }
  });
});

describe('the sequencer', () => {
  it('signs a checkpoint and publishes one event for each batch', async () => {
    for (let n = 0; n < 3; n += 1) await record(database, audit);
    await audit.flush();
    const [checkpoint] = await database.db.selectFrom('audit_checkpoints').selectAll().execute();
    const note = parseNote(checkpoint!.note)!;
    expect(parseCheckpointText(note.text)).toMatchObject({ origin: ORIGIN, size: 3 });
    expect(note.signatures[0]!.name).toBe(ORIGIN);
    expect(await database.db.selectFrom('event_outbox').select(['channel', 'event', 'data']).execute()).toEqual([
      { channel: 'audit', event: 'audit.appended', data: { size: 3, count: 3 } },
    ]);
  });

  it('does nothing, and signs nothing, when nothing waits', async () => {
    await audit.flush();
    expect(await database.db.selectFrom('audit_checkpoints').selectAll().execute()).toEqual([]);
    expect(await database.db.selectFrom('event_outbox').selectAll().execute()).toEqual([]);
  });

  it('keeps the order of one transaction', async () => {
    await transact(database.db, async (tx) => {
      for (const target of ['a', 'b', 'c'])
        await audit.recordAudit(tx, { action: 'user_updated', actor: 'root', target });
      return accept(undefined);
    });
    await audit.flush();
    expect((await records()).map((row) => row.target)).toEqual(['a', 'b', 'c']);
  });

  it('integrates more than one batch', async () => {
    await transact(database.db, async (tx) => {
      for (let n = 0; n < 1_200; n += 1)
        await audit.recordAudit(tx, { action: 'user_updated', actor: 'root', target: String(n) });
      return accept(undefined);
    });
    await audit.flush();
    expect(await audit.verify()).toMatchObject({ valid: true, size: 1_200 });
    expect(await database.db.selectFrom('audit_checkpoints').select('size').orderBy('size').execute()).toEqual([
      { size: '1000' },
      { size: '1200' },
    ]);
  });

  it('looks for records by itself', async () => {
    const looking = openAudit(database, steppingClock(), { sequenceEveryMs: 20 });
    await looking.start();
    await record(database, audit);
    await vi.waitFor(async () => expect(await leaves()).toHaveLength(1), { timeout: 10_000, interval: 20 });
    await looking.stop();
  });
});

/** Records from many transactions, a third of which roll back and some of which take their time. */
async function writeAtOnce(writers: number, each: number): Promise<string[]> {
  const committed: string[] = [];
  const write = async (writer: number) => {
    for (let n = 0; n < each; n += 1) {
      const target = `w${writer}-${n}`;
      const result = await transact(database.db, async (tx) => {
        await audit.recordAudit(tx, { action: 'user_updated', actor: 'root', target });
        if (writer % 4 === 0) await sleep(2);
        return (writer + n) % 3 === 0 ? deny(refuse('forbidden', 'no')) : accept(undefined);
      });
      if (result.ok) committed.push(target);
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  return committed;
}

describe('many at once', () => {
  it('become leaves: those that committed, each once, without a gap', async () => {
    const again = await database.openAgain();
    const second = openAudit(again);
    await Promise.all([audit.start(), second.start()]);
    // Both sequencers are also pushed while the writers write.
    let writing = true;
    const push = async () => {
      while (writing) await Promise.all([audit.flush(), second.flush(), sleep(5)]);
    };
    const pushing = push();
    const committed = await writeAtOnce(12, 15);
    writing = false;
    await pushing;
    await Promise.all([audit.flush(), second.flush()]);
    await Promise.all([audit.stop(), second.stop()]);

    const tree = await leaves();
    expect(tree.map((leaf) => Number(leaf.leaf_index))).toEqual(Array.from(tree, (_, index) => index));
    expect((await records()).map((row) => row.target).sort()).toEqual(committed.sort());
    expect(tree.map((leaf) => leaf.record_id)).toEqual((await records()).map((row) => row.id));
    expect(await audit.verify()).toMatchObject({ valid: true, size: committed.length });
    await again.close();
  });
});

describe('records without a transaction of their own', () => {
  it('are all there once they are acknowledged, whoever came at the same moment', async () => {
    const targets = Array.from({ length: 600 }, (_, n) => `t${n}`);
    await Promise.all(
      targets.map((target) => audit.appendAudit({ action: 'access_denied', actor: 'bob', target, result: 'denied' })),
    );
    expect((await records()).map((row) => row.target).sort()).toEqual(targets.sort());
    await audit.flush();
    expect(await audit.verify()).toMatchObject({ valid: true, size: 600 });
  });
});
