import { hashDetails, leafText } from '@mcp-coordinator/core/audit/audit-leaf';
import { maskDetails, maskRecordText } from '@mcp-coordinator/core/audit/mask-details';
import { type Clock, type NewId, sha256Hex } from '../../runtime.ts';
import { insertRecord } from './audit.store.ts';
import type { RecordAudit } from './audit-entry.ts';

/** Masks, seals and inserts a record; no lock is taken, so that transactions do not wait for one another. */
export const createRecordAudit =
  ({ clock, newId }: { clock: Clock; newId: NewId }): RecordAudit =>
  async (tx, entry) => {
    const timestamp = clock();
    const details = maskDetails(entry.details ?? {});
    const salt = newId('salt');
    const header = {
      id: newId('audit'),
      actor: maskRecordText(entry.actor),
      action: entry.action,
      target: maskRecordText(entry.target),
      result: entry.result ?? 'success',
      requestId: entry.requestId ?? null,
    };
    const leaf = leafText({
      ...header,
      timestamp: timestamp.toISOString(),
      detailsHash: hashDetails(salt, details, sha256Hex),
    });
    await insertRecord(tx, { ...header, timestamp, details, salt, leaf });
  };
