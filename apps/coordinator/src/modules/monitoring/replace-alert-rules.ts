import type { AlertRules } from '@mcp-coordinator/contract/monitoring.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { parseRules } from '@mcp-coordinator/core/alerts/validate-rules';
import { canonicalJson } from '@mcp-coordinator/core/digests/canonical-json';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db } from '../../db/schema.ts';
import { transact } from '../../db/transaction.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import type { PublishEvent } from '../realtime/realtime.module.ts';
import { currentRules, insertRules, lockRules } from './alert-rules.store.ts';

export interface ReplaceAlertRulesDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly recordAudit: RecordAudit;
  readonly publishEvent: PublishEvent;
}
interface Replacement {
  readonly rules: AlertRules;
  readonly actor: string;
  readonly requestId: string;
}

/** Stores a new version of the rules; the same rules again change nothing and leave no record. */
export async function replaceAlertRules(
  { db, clock, recordAudit, publishEvent }: ReplaceAlertRulesDeps,
  { rules, actor, requestId }: Replacement,
): Promise<Result<AlertRules, Refusal<'invalid_condition'>>> {
  const parsed = parseRules(rules);
  if (!parsed.ok) {
    const count = parsed.refusal.length === 1 ? 'One condition is' : `${parsed.refusal.length} conditions are`;
    const detail = `${count} not valid; no rule was changed. A condition is "metric op number", with "for 5m" after it where it must last.`;
    return deny(refuse('invalid_condition', detail, { errors: parsed.refusal }));
  }
  return transact(db, async (tx) => {
    await lockRules(tx);
    const before = await currentRules(tx);
    if (canonicalJson(before.rules) === canonicalJson(rules)) return accept(rules);
    const version = before.version + 1;
    await insertRules(tx, { version, rules }, clock());
    const details = { version, before: before.rules, after: rules };
    await recordAudit(tx, { action: 'alert_rules_changed', actor, target: 'alerts', details, requestId });
    await publishEvent(tx, { channel: 'alerts', event: 'alert_rules.changed', data: { version, by: actor } });
    return accept(rules);
  });
}
