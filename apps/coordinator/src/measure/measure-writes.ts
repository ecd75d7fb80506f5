import { sql } from 'kysely';
import type { Figure } from './figure.ts';
import type { MeasuredLog } from './measured-log.ts';
import { inTurns, ratePerSecond } from './rounds.ts';

const ROUND_MS = 3_000;
const ROUNDS = 7;
const BUSINESS_CALLERS = 16;
const ACCOUNTS = 10_000;

/** Business transactions with their record against the same without; how late records get into the tree meanwhile. */
export async function measureTransactions({ database: { db }, audit }: MeasuredLog): Promise<Figure[]> {
  await sql`create table bench_accounts (id integer primary key, state text not null, n integer not null)`.execute(db);
  await sql`create table bench_changes (id bigint generated always as identity primary key, account integer not null,
    state text not null, at timestamptz not null)`.execute(db);
  await sql`insert into bench_accounts select n, 'open', 0 from generate_series(1, ${ACCOUNTS}) n`.execute(db);
  const change = (recorded: boolean) => () =>
    db.transaction().execute(async (tx) => {
      const account = 1 + Math.floor(Math.random() * ACCOUNTS);
      await sql`select * from bench_accounts where id = ${account} for update`.execute(tx);
      await sql`update bench_accounts set state = 'changed', n = n + 1 where id = ${account}`.execute(tx);
      await sql`insert into bench_changes (account, state, at) values (${account}, 'changed', now())`.execute(tx);
      if (!recorded) return;
      const details = { account, reason: 'a change as people make them', from: 'open', to: 'changed' };
      await audit.recordAudit(tx, { action: 'user_updated', actor: 'alice', target: `account-${account}`, details });
    });
  await audit.start();
  const rate = (recorded: boolean) => () => ratePerSecond(BUSINESS_CALLERS, ROUND_MS, change(recorded));
  const { one, other, ratio } = await inTurns(ROUNDS, rate(true), rate(false));
  await audit.stop();
  await audit.flush();
  const { rows } = await sql<{ p99: number }>`
    select percentile_cont(0.99) within group (order by extract(epoch from c.created_at - l.timestamp)::float8) as p99
    from audit_logs l cross join lateral (
      select created_at from audit_checkpoints where size > l.leaf_index order by size limit 1) c`.execute(db);
  return [
    { name: 'business transactions with audit, a second', value: one },
    { name: 'the same without', value: other },
    { name: 'with against without', value: ratio, atLeast: 0.8 },
    {
      name: 'from record to signed checkpoint under that load, 99th percentile, s',
      value: rows[0]?.p99 ?? Number.NaN,
      atMost: 1,
    },
  ];
}

/** Records that share commits against plain inserts of one row each. */
export async function measureAppends({ database: { db }, audit }: MeasuredLog): Promise<Figure[]> {
  await sql`create table bench_plain (id bigint generated always as identity primary key, at timestamptz not null,
    actor text not null, action text not null, target text not null, details jsonb not null)`.execute(db);
  const details = {
    route: 'decideApproval',
    code: 'forbidden',
    detail: 'This needs a permission. Nothing was changed.',
  };
  const text = JSON.stringify(details);
  const plain = () =>
    sql`insert into bench_plain (at, actor, action, target, details) values (now(), 'bob', 'access_denied', 'prop_1', ${text}::jsonb)`.execute(
      db,
    );
  const append = () =>
    audit.appendAudit({ action: 'access_denied', actor: 'bob', target: 'prop_1', result: 'denied', details });
  const figures: Figure[] = [];
  for (const { callers, atLeast } of [
    { callers: 16, atLeast: 1 },
    { callers: 256, atLeast: 3 },
  ]) {
    const found = await inTurns(
      ROUNDS,
      () => ratePerSecond(callers, ROUND_MS, append),
      () => ratePerSecond(callers, ROUND_MS, plain),
    );
    figures.push(
      { name: `records appended by ${callers} callers, a second`, value: found.one },
      { name: `plain single inserts by ${callers} callers, a second`, value: found.other },
      { name: `appended against plain, ${callers} callers`, value: found.ratio, atLeast },
    );
  }
  await audit.flush();
  return figures;
}
