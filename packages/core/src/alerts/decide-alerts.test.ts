import type { AlertRules } from '@mcp-coordinator/contract/monitoring.contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AlertSituation, decideAlerts, type OpenAlert, type SeriesValue } from './decide-alerts.ts';
import { DEFAULT_ALERT_RULES } from './default-rules.ts';
import { parseRules } from './validate-rules.ts';

const rulesOf = (rules: Partial<AlertRules>) => {
  const parsed = parseRules({ critical: [], warning: [], ...rules });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal));
  return parsed.value;
};
const warning = (...conditions: string[]) =>
  rulesOf({ warning: conditions.map((condition) => ({ condition, action: 'log_warning' as const })) });
const series = (metric: SeriesValue['metric'], server: string, min: number, max = min): SeriesValue => ({
  metric,
  server,
  min,
  max,
});
const situation = (given: Partial<AlertSituation>): AlertSituation => ({
  rules: [],
  series: [],
  servers: new Set(['integration-coordinator', 'a', 'b']),
  open: [],
  now: 1_000,
  ...given,
});
const brief = (given: Partial<AlertSituation>) =>
  decideAlerts(situation(given)).map(({ id, server, before, after }) => [
    id,
    server,
    `${before.state} → ${after.state}`,
  ]);
const firing = (id: string, condition: string, server: string | null, value = 1): OpenAlert => ({
  id,
  severity: 'warning',
  condition,
  action: 'log_warning',
  server,
  state: { state: 'firing', startedAt: 0, firedAt: 0, value },
});

describe('decideAlerts', () => {
  it("judges the machine's metric once and a server's metric for every server", () => {
    const given = [series('cpu_usage', '', 99), series('error_rate', 'a', 9), series('error_rate', 'b', 1)];
    expect(brief({ rules: warning('cpu_usage > 90', 'error_rate > 5'), series: given })).toEqual([
      [null, null, 'inactive → firing'],
      [null, 'a', 'inactive → firing'],
    ]);
  });

  it('judges the one server that a condition names', () => {
    const given = [series('error_rate', 'a', 9), series('error_rate', 'b', 9)];
    expect(brief({ rules: warning('error_rate{server="b"} > 5'), series: given })).toEqual([
      [null, 'b', 'inactive → firing'],
    ]);
    expect(brief({ rules: warning('error_rate{server="gone"} > 5'), series: given })).toEqual([]);
  });

  it('says nothing when nothing changed, and tells of a new value', () => {
    const open = [firing('1', 'cpu_usage > 90', null, 95)];
    expect(brief({ rules: warning('cpu_usage > 90'), series: [series('cpu_usage', '', 95)], open })).toEqual([]);
    expect(brief({ rules: warning('cpu_usage > 90'), series: [series('cpu_usage', '', 96)], open })).toEqual([
      ['1', null, 'firing → firing'],
    ]);
  });

  it('ends alerts whose rule was withdrawn or whose server is gone', () => {
    const open = [firing('1', 'cpu_usage > 90', null), firing('2', 'error_rate > 5', 'removed')];
    expect(brief({ rules: warning('error_rate > 5'), open })).toEqual([
      ['1', null, 'firing → resolved'],
      ['2', 'removed', 'firing → resolved'],
    ]);
  });

  it('knows an alert by the meaning of its condition, not by its spelling', () => {
    const open = [firing('1', 'cpu_usage > 90', null, 95)];
    expect(brief({ rules: warning('  cpu_usage>90.0 '), series: [series('cpu_usage', '', 95)], open })).toEqual([]);
  });

  it('takes the instance that is worst off', () => {
    expect(brief({ rules: warning('cpu_usage > 90'), series: [series('cpu_usage', '', 5, 95)] })).toHaveLength(1);
    expect(brief({ rules: warning('memory_usage < 10'), series: [series('memory_usage', '', 5, 95)] })).toHaveLength(1);
    expect(brief({ rules: warning('server_down == 1'), series: [series('server_down', 'a', 0, 1)] })).toHaveLength(1);
    expect(brief({ rules: warning('server_down == 0'), series: [series('server_down', 'a', 0, 1)] })).toHaveLength(1);
    expect(brief({ rules: warning('server_down != 1'), series: [series('server_down', 'a', 0, 1)] })).toHaveLength(1);
  });

  it('never opens a second alert for one rule and server', () => {
    const values = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 10 })), { maxLength: 20 });
    fc.assert(
      fc.property(values, (steps) => {
        let open: OpenAlert[] = [];
        steps.forEach(([server, value], step) => {
          const changes = decideAlerts(
            situation({
              rules: warning('error_rate > 5', 'error_rate > 5 for 1m'),
              series: [series('error_rate', server, value)],
              open,
              now: step * 30_000,
            }),
          );
          for (const [index, { id, before: _, after, ...alert }] of changes.entries()) {
            const stored = id ?? `${step}-${index}`;
            open = open.filter((one) => one.id !== stored);
            if (after.state === 'pending' || after.state === 'firing')
              open.push({ ...alert, id: stored, state: after });
          }
          const keys = open.map((alert) => `${alert.condition} ${alert.server}`);
          expect(new Set(keys).size).toBe(keys.length);
        });
      }),
    );
  });
});

describe('parseRules', () => {
  it('takes the default rules', () => {
    expect(parseRules(DEFAULT_ALERT_RULES).ok).toBe(true);
  });

  it('names every bad condition by its place, and every repetition', () => {
    const action = 'notify_admin';
    const result = parseRules({
      critical: [
        { condition: 'cpu_usage > 90', action },
        { condition: 'nonsense', action },
        { condition: 'cpu_usage >90', action },
      ],
      warning: [
        { condition: 'cpu_usage > 90', action },
        { condition: 'cpu_usage >', action },
      ],
    });
    expect(result.ok ? [] : result.refusal.map(({ path }) => path)).toEqual([
      '/critical/1/condition',
      '/critical/2/condition',
      '/warning/1/condition',
    ]);
  });
});
