import { consistencyRanges } from '@mcp-coordinator/core/audit/consistency-proof';
import type { Logger } from 'pino';
import type { Db } from '../../../db/schema.ts';
import type { Clock } from '../../../runtime.ts';
import { type AuditAlerts, showAlert } from '../audit-alerts.ts';
import { rootAt, rootsOf } from '../prove-log.ts';
import { newestCheckpoint } from '../tree.store.ts';
import { saveWitnessed, saveWitnessProblem, witnessedSize } from './witness.store.ts';
import type { Witness, WitnessAnswer } from './witness.ts';

export interface PushDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly alerts: AuditAlerts;
}

/** Shows the newest checkpoint to a witness. What it refuses is an alert: the log here is not the one it has seen. */
export async function pushCheckpoint(deps: PushDeps, witness: Witness): Promise<WitnessAnswer | undefined> {
  const { db, clock, log, alerts } = deps;
  const head = await newestCheckpoint(db);
  if (head === undefined) return undefined;
  const known = await witnessedSize(db, witness.name);
  let answer = await show(db, witness, Math.min(known, head.size), head);
  if (answer.kind === 'seen') {
    answer =
      answer.size > head.size
        ? {
            kind: 'refused',
            why: `it has seen ${answer.size} records; there are ${head.size}: an old copy was put back`,
          }
        : await show(db, witness, answer.size, head);
  }
  if (answer.kind === 'taken') {
    await saveWitnessed(db, witness.name, head.size, answer.note, clock());
  } else {
    const why = answer.kind === 'seen' ? 'it has seen another history of the same size' : answer.why;
    await saveWitnessProblem(db, witness.name, why, clock());
    log.warn({ witness: witness.name, why }, 'a witness did not take the checkpoint of the audit log');
  }
  // One that is away settles nothing and says nothing.
  if (answer.kind !== 'away') await showAlert(db, alerts, 'audit_witness_refused', answer.kind !== 'taken');
  return answer;
}

async function show(
  db: Db,
  witness: Witness,
  oldSize: number,
  head: { size: number; note: string },
): Promise<WitnessAnswer> {
  const oldRoot = await rootAt(db, oldSize);
  const proof = await rootsOf(db, consistencyRanges(oldSize, head.size));
  if (oldRoot === undefined || proof === undefined)
    return { kind: 'refused', why: `the tree no longer holds the hashes that prove its first ${oldSize} leaves` };
  return witness.show({ oldSize, oldRoot, proof, note: head.note });
}
