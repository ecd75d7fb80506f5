import { METRICS, type Metric, SERVER_METRICS } from '@mcp-coordinator/contract/monitoring.contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Condition, formatCondition, OPERATORS } from './condition.ts';
import { DEFAULT_ALERT_RULES } from './default-rules.ts';
import { parseCondition } from './parse-condition.ts';

const parsed = (text: string): Condition => {
  const result = parseCondition(text);
  if (!result.ok) throw new Error(result.refusal.message);
  return result.value;
};

const serverIds = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:@-]{0,20}$/);
const conditions: fc.Arbitrary<Condition> = fc
  .record({
    metric: fc.constantFrom<Metric>(...METRICS),
    server: fc.option(serverIds),
    operator: fc.constantFrom(...OPERATORS),
    threshold: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
    forSeconds: fc.integer({ min: 0, max: 7 * 86_400 }),
  })
  .map((condition) => (SERVER_METRICS.includes(condition.metric) ? condition : { ...condition, server: null }));

describe('parseCondition', () => {
  it('reads every example of the source document', () => {
    for (const { condition } of [...DEFAULT_ALERT_RULES.critical, ...DEFAULT_ALERT_RULES.warning]) {
      expect(formatCondition(parsed(condition))).toBe(condition);
    }
  });

  it('reads a duration and a server', () => {
    expect(parsed('cpu_usage > 90 for 5m')).toEqual({
      metric: 'cpu_usage',
      server: null,
      operator: '>',
      threshold: 90,
      forSeconds: 300,
    });
    expect(parsed('response_time{server="compliance-server"} > 1000')).toMatchObject({ server: 'compliance-server' });
    expect(parsed('server_down>0')).toMatchObject({ metric: 'server_down', operator: '>', threshold: 0 });
  });

  it('understands what it writes, whatever the condition', () => {
    fc.assert(
      fc.property(conditions, (condition) => {
        expect(parsed(formatCondition(condition))).toEqual(condition);
      }),
    );
  });

  it('does not care about white space between tokens', () => {
    const space = fc.constantFrom('', ' ', '\t', '  \n');
    fc.assert(
      fc.property(conditions, space, space, (condition, a, b) => {
        const { metric, server, operator, threshold, forSeconds } = condition;
        const selector = server === null ? '' : `${a}{${b}server${a}=${b}"${server}"${a}}`;
        const duration = forSeconds === 0 ? '' : ` for ${a}${forSeconds}s`;
        expect(parsed(`${a}${metric}${selector}${b}${operator}${a}${threshold}${duration}${b}`)).toEqual(condition);
      }),
    );
  });

  it.each([
    ['', 0, 'a metric'],
    ['gpu_usage > 1', 0, 'a metric'],
    ['cpu_usage', 9, 'an operator'],
    ['cpu_usage => 90', 10, 'an operator'],
    ['cpu_usage = 90', 10, 'an operator'],
    ['cpu_usage > ninety', 12, 'a number'],
    ['cpu_usage > 90%', 14, '"for"'],
    ['cpu_usage > 1e999', 12, 'a number'],
    ['cpu_usage > 90 5m', 15, '"for"'],
    ['cpu_usage > 90 for', 18, 'a duration'],
    ['cpu_usage > 90 for 5', 19, 'a duration'],
    ['cpu_usage > 90 for 0m', 19, 'a duration from 1s'],
    ['cpu_usage > 90 for 8d', 19, 'a duration from 1s'],
    ['cpu_usage > 90 for 5m and more', 22, 'the end'],
    ['cpu_usage{server="a"} > 90', 9, "the machine's"],
    ['error_rate{host="a"} > 5', 11, '"server"'],
    ['error_rate{server=a} > 5', 18, 'double quotes'],
    ['error_rate{server="a b"} > 5', 18, 'the id of a server'],
    ['error_rate{server="a" > 5', 22, '"}"'],
    ['cpu_usage > 90; drop table users', 14, '"for"'],
  ])('refuses %j and says where and why', (text, position, expected) => {
    const result = parseCondition(text);
    if (result.ok) throw new Error('it was taken');
    expect(result.refusal.position).toBe(position);
    expect(result.refusal.expected).toContain(expected);
    expect(result.refusal.message).toContain(`character ${result.refusal.position + 1}`);
  });

  it('answers for any text, with a place inside it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), conditions.map(formatCondition)), fc.nat(40), (text, cut) => {
        const result = parseCondition(text.slice(0, cut));
        if (result.ok) expect(parsed(formatCondition(result.value))).toEqual(result.value);
        else expect(result.refusal.position).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
