import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { SILENCE_DAYS_MAX, type Silence } from '@mcp-coordinator/contract/silences.contract';
import { formatCondition } from '@mcp-coordinator/core/alerts/condition';
import { parseCondition } from '@mcp-coordinator/core/alerts/parse-condition';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db } from '../../../db/schema.ts';
import { transact } from '../../../db/transaction.ts';
import type { Clock, NewId } from '../../../runtime.ts';
import type { RecordAudit } from '../../audit/audit.module.ts';
import type { PublishEvent } from '../../realtime/realtime.module.ts';
import { insertSilence, lockSilence, type NewSilence, saveSilenceEnd, toSilence } from './silences.store.ts';

export interface SilenceDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly recordAudit: RecordAudit;
  readonly publishEvent: PublishEvent;
}
interface By {
  readonly actor: string;
  readonly requestId: string;
}
interface Wish {
  readonly severity?: NewSilence['severity'] | undefined;
  readonly condition?: string | undefined;
  readonly server?: string | undefined;
  readonly reason: string;
  readonly startsAt?: string | undefined;
  readonly endsAt: string;
}

const DAY_MS = 86_400_000;

/** Alerts that fit stay as they are and are told to nobody while it lasts. */
export async function createSilence(
  deps: SilenceDeps,
  wish: Wish,
  { actor, requestId }: By,
): Promise<Result<Silence, Refusal<'invalid_condition' | 'invalid_request'>>> {
  const now = deps.clock();
  const [startsAt, endsAt] = [wish.startsAt ? new Date(wish.startsAt) : now, new Date(wish.endsAt)];
  const problem = periodProblem(startsAt, endsAt, now);
  if (problem) {
    const errors = [{ path: '/endsAt', message: problem }];
    return deny(refuse('invalid_request', `The end ${problem}; nothing was silenced.`, { errors }));
  }
  const condition = wish.condition === undefined ? accept(null) : spelling(wish.condition);
  if (!condition.ok) return condition;
  return transact(deps.db, async (tx) => {
    const { severity = null, server = null, reason } = wish;
    const given = { severity, condition: condition.value, server, reason, startsAt, endsAt };
    const silence = toSilence(
      await insertSilence(tx, { ...given, id: deps.newId('silence'), createdBy: actor }, now),
      now,
    );
    const { id, ...details } = silence;
    await deps.recordAudit(tx, { action: 'alert_silence_created', actor, target: id, details, requestId });
    await deps.publishEvent(tx, { channel: 'alerts', event: 'alert_silence.created', data: { ...silence } });
    return accept(silence);
  });
}

export function endSilence(
  deps: SilenceDeps,
  id: string,
  { actor, requestId }: By,
): Promise<Result<Silence, Refusal<'not_found' | 'invalid_transition'>>> {
  return transact<Silence, Refusal<'not_found' | 'invalid_transition'>>(deps.db, async (tx) => {
    const row = await lockSilence(tx, id);
    if (!row) return deny(refuse('not_found', `There is no silence ${id}.`));
    const now = deps.clock();
    if (now >= row.ends_at)
      return deny(refuse('invalid_transition', `The silence ${id} has ended already. Nothing was changed.`));
    const silence = toSilence(await saveSilenceEnd(tx, id, actor, now), now);
    const details = { reason: silence.reason, wouldHaveEndedAt: row.ends_at.toISOString() };
    await deps.recordAudit(tx, { action: 'alert_silence_ended', actor, target: id, details, requestId });
    await deps.publishEvent(tx, { channel: 'alerts', event: 'alert_silence.ended', data: { ...silence } });
    return accept(silence);
  });
}

function periodProblem(startsAt: Date, endsAt: Date, now: Date): string | undefined {
  if (endsAt <= now) return 'must lie in the future';
  if (endsAt <= startsAt) return 'must lie after the start';
  if (endsAt.getTime() - Math.max(startsAt.getTime(), now.getTime()) > SILENCE_DAYS_MAX * DAY_MS)
    return `may lie at most ${SILENCE_DAYS_MAX} days after the start`;
  return undefined;
}

/** In the spelling by which alerts are known; what fired without a rule has one of its own. */
function spelling(text: string): Result<string, Refusal<'invalid_condition'>> {
  if (/^[a-z_]+\{[a-z]+="[^"]*"\}$/.test(text)) return accept(text);
  const parsed = parseCondition(text);
  if (parsed.ok) return accept(formatCondition(parsed.value));
  const errors = [{ path: '/condition', message: parsed.refusal.message }];
  return deny(refuse('invalid_condition', 'The condition is not valid; nothing was silenced.', { errors }));
}
