import { sql } from 'kysely';
import type { Figure } from './figure.ts';
import type { MeasuredLog } from './measured-log.ts';
import { median, timesOf } from './rounds.ts';

const REMOVED = 200_000;
const BATCH = 5_000;

/** Removing an archived prefix in batches, and what a writer waits for meanwhile. */
export async function measureRemoval({ database: { db }, audit }: MeasuredLog): Promise<Figure[]> {
  const { rows } = await sql<{ size: string }>`
    select max(size) as size from audit_checkpoints where size <= ${REMOVED}`.execute(db);
  const end = Number(rows[0]?.size ?? 0);
  await sql`insert into audit_prunings (end_index, first_index, file, sha256, root_hash, created_at)
    select ${end}, 0, 'bench', '', root_hash, now() from audit_checkpoints where size = ${end}`.execute(db);
  const append = () => audit.appendAudit({ action: 'access_denied', actor: 'bob', target: 'prop_1', result: 'denied' });
  const alone = await timesOf(200, append);
  let removing = true;
  const started = performance.now();
  const remove = async (): Promise<number> => {
    for (;;) {
      const { rows: dropped } = await sql<{ n: string }>`select audit_drop_archived(${BATCH}::int) as n`.execute(db);
      if (Number(dropped[0]?.n) === 0) break;
    }
    removing = false;
    return (performance.now() - started) / 1_000;
  };
  const seconds = remove();
  const beside: number[] = [];
  while (removing) beside.push(...(await timesOf(1, append)));
  return [
    { name: 'archived records removed a second, in batches of 5,000', value: end / (await seconds) },
    { name: 'appending a record alone, median ms', value: median(alone) },
    { name: 'appending a record during the removal, median ms', value: median(beside) },
  ];
}
