import type { Keyset } from '../../db/paging.ts';
import type { Db } from '../../db/schema.ts';
import { type AuditFilter, keysetOf, oldestRecords } from './audit.store.ts';
import type { ExportForm } from './export-forms.ts';

const BATCH = 500;

/** The records of a filter, oldest first, as text that is read from the database only as fast as it is taken. */
export async function* exportLogs(db: Db, filter: AuditFilter, form: ExportForm): AsyncGenerator<string> {
  if (form.head !== '') yield form.head;
  for (let after: Keyset | undefined; ; ) {
    const logs = await oldestRecords(db, filter, after, BATCH);
    const last = logs.at(-1);
    if (last === undefined) return;
    yield logs.map((log) => form.row(log)).join('');
    if (logs.length < BATCH) return;
    after = keysetOf(last);
  }
}
