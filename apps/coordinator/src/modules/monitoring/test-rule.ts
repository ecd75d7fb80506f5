import type { RuleTest } from '@mcp-coordinator/contract/monitoring.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { formatCondition } from '@mcp-coordinator/core/alerts/condition';
import { parseCondition } from '@mcp-coordinator/core/alerts/parse-condition';
import { replayCondition } from '@mcp-coordinator/core/alerts/replay-condition';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { Db } from '../../db/schema.ts';
import { pastSeries } from './metrics.store.ts';

const HOUR_MS = 3_600_000;
/** Of one series the last of them; the number of all is told beside. */
const FIRINGS_SHOWN_MAX = 100;

/** What a rule would have done over the last hours, on every server that it speaks of. Changes nothing. */
export async function testRule(
  db: Db,
  { condition, hours }: { readonly condition: string; readonly hours: number },
  now: Date,
): Promise<Result<RuleTest, Refusal<'invalid_condition'>>> {
  const parsed = parseCondition(condition);
  if (!parsed.ok) {
    const errors = [{ path: '/condition', message: parsed.refusal.message }];
    return deny(refuse('invalid_condition', 'The condition is not valid; nothing was tried.', { errors }));
  }
  const from = new Date(now.getTime() - hours * HOUR_MS);
  const { metric, server } = parsed.value;
  const past = await pastSeries(db, { metric, server, from, to: now });
  const series = [...past].map(([name, samples]) => {
    const firings = replayCondition(parsed.value, samples).map(({ startedAt, firedAt, resolvedAt }) => ({
      startedAt: iso(startedAt),
      firedAt: iso(firedAt),
      resolvedAt: resolvedAt === null ? null : iso(resolvedAt),
    }));
    return {
      server: name === '' ? null : name,
      samples: samples.length,
      fired: firings.length,
      firings: firings.slice(-FIRINGS_SHOWN_MAX),
    };
  });
  return accept({ condition: formatCondition(parsed.value), from: from.toISOString(), to: now.toISOString(), series });
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();
