import type { Db } from '../../../db/schema.ts';
import { type AuditFilter, recordsInOrder } from '../audit.store.ts';
import type { ExportForm } from './export-forms.ts';

const BATCH = 500;

/**
 * The records of a filter in the order of their leaves, from one on and before another, as text that is read from the
 * database only as fast as it is taken.
 */
export async function* exportLogs(
  db: Db,
  filter: AuditFilter,
  form: ExportForm,
  { from, before }: { from: number; before: number },
): AsyncGenerator<string> {
  if (form.head !== '') yield form.head;
  for (let next = from; ; ) {
    const logs = await recordsInOrder(db, filter, { from: next, before }, BATCH);
    const last = logs.at(-1);
    if (last === undefined) return;
    yield logs.map((log) => form.row(log)).join('');
    if (logs.length < BATCH) return;
    next = last.leafIndex + 1;
  }
}
