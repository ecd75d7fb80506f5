import type { Alert } from '@mcp-coordinator/contract/monitoring.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { decideAcknowledgement } from '@mcp-coordinator/core/alerts/decide-acknowledgement';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import { lockAlert, saveAcknowledgement, toAlert } from './alerts.store.ts';
import { openSilences } from './notices/silences.store.ts';

export interface AcknowledgeAlertDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly recordAudit: RecordAudit;
  readonly publishEvent: PublishEvent;
}
interface Acknowledgement {
  readonly id: string;
  readonly actor: string;
  readonly requestId: string;
}

export function acknowledgeAlert(
  { db, clock, recordAudit, publishEvent }: AcknowledgeAlertDeps,
  { id, actor, requestId }: Acknowledgement,
): Promise<Result<Alert, Refusal<'not_found' | 'invalid_transition'>>> {
  return transact<Alert, Refusal<'not_found' | 'invalid_transition'>>(db, async (tx) => {
    const row = await lockAlert(tx, id);
    if (!row) return deny(refuse('not_found', `There is no alert ${id}.`));
    const now = clock();
    const silences = await openSilences(tx, now);
    const before = toAlert(row, silences, now);
    const decision = decideAcknowledgement(before, actor);
    if (!decision.ok) return decision;
    if (decision.value === 'stands') return accept(before);
    const alert = toAlert(await saveAcknowledgement(tx, id, actor, now), silences, now);
    const { severity, condition, server } = alert;
    await recordAudit(tx, {
      action: 'alert_acknowledged',
      actor,
      target: id,
      details: { severity, condition, server },
      requestId,
    });
    await publishEvent(tx, { channel: 'alerts', event: 'alert.acknowledged', data: { ...alert } });
    return accept(alert);
  });
}
