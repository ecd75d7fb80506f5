import type { KeyObject } from 'node:crypto';
import type { Logger } from 'pino';
import type { OpenDatabase } from '../../db/open-database.ts';
import type { Db } from '../../db/schema.ts';
import { createWakeLoop } from '../../db/wake-loop.ts';
import type { Clock, NewId } from '../../runtime.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import { createAuditHandlers } from './audit.routes.ts';
import { AUDIT_QUEUED } from './audit.store.ts';
import type * as entry from './audit-entry.ts';
import { createCheckpointSigner } from './checkpoint-signing.ts';
import { createRecordAudit } from './record-audit.ts';
import { sequenceRecords } from './sequence-records.ts';
import { type Verification, verifyAudit } from './verify-audit.ts';

export type AuditEntry = entry.AuditEntry;
export type RecordAudit = entry.RecordAudit;

export interface AuditDeps {
  readonly db: Db;
  readonly listen: OpenDatabase['listen'];
  readonly clock: Clock;
  readonly newId: NewId;
  readonly keys: { readonly auditSigning: KeyObject };
  /** Names this log in its checkpoints: printable ASCII without spaces and plus signs. */
  readonly origin: string;
  readonly publishEvent: PublishEvent;
  readonly log: Logger;
  /** How late a record is integrated at most when its wake-up was lost; a second where absent. */
  readonly fallbackMs?: number;
}

const FALLBACK_MS = 1_000;

export function createAuditModule(deps: AuditDeps) {
  const { db, listen, clock, newId, keys, origin, publishEvent, log, fallbackMs = FALLBACK_MS } = deps;
  const signer = createCheckpointSigner(keys.auditSigning, origin);
  const recordAudit = createRecordAudit({ clock, newId });
  const sequencer = { db, clock, log, signer, publishEvent };
  const loop = createWakeLoop({
    name: 'integrating audit records',
    channel: AUDIT_QUEUED,
    everyMs: fallbackMs,
    work: () => sequenceRecords(sequencer, { wait: false }),
    listen,
    log,
  });
  /** Everything committed by now is in the tree, whichever instance brought it there. */
  const flush = (): Promise<void> => sequenceRecords(sequencer, { wait: true });
  const verify = (): Promise<Verification> => verifyAudit({ db, clock, signer, flush });
  return {
    recordAudit,
    handlers: createAuditHandlers({ db, clock, signer, recordAudit, flush, verify }),
    start: loop.start,
    stop: loop.stop,
    flush,
    verify,
  };
}
export type AuditModule = ReturnType<typeof createAuditModule>;
