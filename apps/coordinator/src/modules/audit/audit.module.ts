import type { KeyObject } from 'node:crypto';
import type { Logger } from 'pino';
import type { Db } from '../../db/schema.ts';
import { createTicker } from '../../jobs/ticker.ts';
import type { Clock, NewId } from '../../runtime.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import { createAuditHandlers } from './audit.routes.ts';
import type { AuditAlerts } from './audit-alerts.ts';
import type * as entry from './audit-entry.ts';
import { auditFigures, lagSeconds } from './audit-figures.ts';
import { createCheckpointSigner } from './checkpoint-signing.ts';
import * as recording from './record-audit.ts';
import { keepRetention } from './retention/keep-retention.ts';
import { createRetentionHandlers } from './retention/retention.routes.ts';
import { sequenceRecords } from './sequence-records.ts';
import * as epochs from './start-epoch.ts';
import { createBackgroundVerifier } from './verification/background-verifier.ts';
import { checkKept } from './verification/check-kept.ts';
import { type VerifyPart, verifyAudit } from './verification/verify-audit.ts';
import { pushCheckpoint } from './witness/push-checkpoint.ts';
import * as witnessing from './witness/witness-server.ts';
import { createWitnessState } from './witness/witness-state.ts';
import { createWitnesses, type WitnessPlaces } from './witness/witnesses.ts';

/** For commands beside the database: what they record is integrated by the next coordinator at work. */
export const createRecordAudit = (deps: { clock: Clock; newId: NewId }): RecordAudit =>
  recording.createRecordAudit(deps);

/** See there: for after the database was restored from a copy. */
export const startEpoch = epochs.startEpoch;

/** A witness for other logs: it needs no database, only a folder for what it has seen. */
export const openWitness = (
  folder: string,
  options: Omit<witnessing.WitnessServerOptions, 'state'>,
): ReturnType<typeof witnessing.createWitnessServer> =>
  witnessing.createWitnessServer({ ...options, state: createWitnessState(folder) });

export type AuditEntry = entry.AuditEntry;
export type RecordAudit = entry.RecordAudit;
export type AppendAudit = entry.AppendAudit;

export interface AuditDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly keys: { readonly auditSigning: KeyObject };
  /** Names this log in its checkpoints: printable ASCII without spaces and plus signs. */
  readonly origin: string;
  /** Verifier keys that signed before the present one, newest first. */
  readonly formerKeys: readonly string[];
  /** Names this process where only one may do something. */
  readonly instance: string;
  readonly publishEvent: PublishEvent;
  readonly alerts: AuditAlerts;
  readonly log: Logger;
  readonly retention: { readonly days: number; readonly archiveDir: string };
  readonly witnesses: WitnessPlaces;
  /** How often the sequencer looks for records; `SEQUENCE_EVERY_MS` where absent. */
  readonly sequenceEveryMs?: number;
}

/** A record is to be in the tree within a second; a look at an empty queue costs next to nothing. */
const SEQUENCE_EVERY_MS = 250;
const WITNESS_EVERY_MS = 5_000;
const VERIFY_EVERY_MS = 60_000;
const RETAIN_EVERY_MS = 3_600_000;

export function createAuditModule(deps: AuditDeps) {
  const { clock, newId, keys, log, sequenceEveryMs = SEQUENCE_EVERY_MS } = deps;
  const signer = createCheckpointSigner(keys.auditSigning, deps.origin, deps.formerKeys);
  const recordAudit = createRecordAudit({ clock, newId });
  const sequencer = { ...deps, signer, recordAudit };
  const sequencing = createTicker({
    name: 'integrating audit records',
    everyMs: sequenceEveryMs,
    work: () => sequenceRecords(sequencer, { wait: false }),
    log,
  });
  /** Everything committed by now is in the tree, whichever instance brought it there. */
  const flush = (): Promise<void> => sequenceRecords(sequencer, { wait: true });
  const inside = { ...deps, signer, recordAudit, flush };
  const verifier = createBackgroundVerifier(inside);
  const retention = { ...inside, archiveDir: deps.retention.archiveDir, retentionDays: deps.retention.days };
  const witnesses = createWitnesses(deps.witnesses, signer);
  const witness = async (): Promise<void> => {
    for (const each of witnesses) await pushCheckpoint(deps, each);
  };
  const retain = createTicker({
    name: 'archiving old audit records',
    everyMs: RETAIN_EVERY_MS,
    work: () => keepRetention(retention),
    log,
  });
  const tickers = [
    createTicker({ name: 'showing the audit log to witnesses', everyMs: WITNESS_EVERY_MS, work: witness, log }),
    createTicker({ name: 'verifying the audit log', everyMs: VERIFY_EVERY_MS, work: verifier.tick, log }),
    retain,
  ];
  return {
    recordAudit,
    appendAudit: recording.createAppendAudit(deps),
    handlers: {
      ...createAuditHandlers({ ...inside, verifier }),
      ...createRetentionHandlers({ ...inside, pruneSoon: () => void retain.now() }),
    },
    start: async (): Promise<void> => {
      await sequencing.start();
      // Nobody waits for the first time: it may be long after a pause.
      for (const ticker of tickers) void ticker.start();
    },
    stop: async (): Promise<void> => {
      await verifier.stop();
      for (const ticker of tickers) await ticker.stop();
      await sequencing.stop();
    },
    flush,
    figures: () => auditFigures(deps.db, clock()),
    lagSeconds: () => lagSeconds(deps.db, clock()),
    verify: (part?: VerifyPart) => verifyAudit(inside, part),
    /** A checkpoint that was kept elsewhere against the log; nothing when the log continues it. */
    checkKept: (note: string) => checkKept(inside, note),
    verifyInBackground: (whole: boolean) => verifier.run(whole),
    keepRetention: () => keepRetention(retention),
    witness,
  };
}
export type AuditModule = ReturnType<typeof createAuditModule>;
