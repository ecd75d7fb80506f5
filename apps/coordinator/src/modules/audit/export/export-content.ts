import type { AuditExportFormat } from '@mcp-coordinator/contract/audit.contract';
import type { Db } from '../../../db/schema.ts';
import type { AuditFilter } from '../audit.store.ts';
import type { CheckpointSigner } from '../checkpoint-signing.ts';
import { logEpoch, newestCheckpoint, prunedSize } from '../tree.store.ts';
import { exportBundle } from './export-bundle.ts';
import { EXPORT_FORMS } from './export-forms.ts';
import { exportLogs } from './export-logs.ts';

interface ExportFile {
  contentType: string;
  extension: string;
  content: AsyncIterable<string>;
}

/** What is in the tree now, from a leaf on: what is written while somebody reads is left for the next export. */
export async function exportContent(
  { db, signer }: { db: Db; signer: CheckpointSigner },
  format: AuditExportFormat,
  filter: AuditFilter,
  fromLeaf: number,
): Promise<ExportFile> {
  const checkpoint = await newestCheckpoint(db);
  const before = checkpoint?.size ?? 0;
  if (format !== 'bundle') {
    const { contentType, extension } = EXPORT_FORMS[format];
    return {
      contentType,
      extension,
      content: exportLogs(db, filter, EXPORT_FORMS[format], { from: fromLeaf, before }),
    };
  }
  const file = { contentType: 'application/x-ndjson; charset=utf-8', extension: 'bundle.jsonl' };
  if (checkpoint === undefined)
    throw new Error('the audit log has no checkpoint, though this export was recorded in it');
  const all = Object.values(filter).every((value) => value === undefined);
  const first = Math.min(before, Math.max(fromLeaf, await prunedSize(db)));
  const verifierKey = signer.verifierKey(await logEpoch(db));
  const part = { first, end: before, checkpoint, verifierKey, filter: all ? undefined : filter };
  return { ...file, content: exportBundle(db, part) };
}
