import type { ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import { describe, expect, it } from 'vitest';
import { planOf } from '../testing/plan-of.ts';
import { assessRisk } from './assess-risk.ts';

const at = (type: ActionPlan['type'], path: string | null, more: Partial<ActionPlan> = {}, installerId = 'one') =>
  planOf({ type, target: path === null ? null : { installerId, client: 'kilocode', scope: 'project', path }, ...more });
const NEVER = { succeeded: 0, total: 0 };
const impact = (...plans: ActionPlan[]) => assessRisk(plans, NEVER, null).impact;
const updates = (count: number) => Array.from({ length: count }, (_, index) => at('update_server', `/${index}`));

describe('impact', () => {
  it('is low for a change in one file, or in none', () => {
    expect(impact(at('update_server', '/a'), at('update_server', '/a'))).toEqual({ level: 'low', figure: '1 file' });
    expect(impact(at('accept_risk', null))).toEqual({ level: 'low', figure: '0 files' });
  });

  it('is medium when a server is added or more than one file changes', () => {
    expect(impact(at('install_server', '/a'))).toEqual({ level: 'medium', figure: '1 file, 1 server added' });
    expect(impact(...updates(2))).toEqual({ level: 'medium', figure: '2 files' });
    expect(impact(...updates(3)).level).toBe('medium');
  });

  it('is high when a server goes, or more than three files change', () => {
    expect(impact(at('remove_server', '/a'), at('remove_server', '/a'), at('install_server', '/a'))).toEqual({
      level: 'high',
      figure: '1 file, 1 server added, 2 servers removed',
    });
    expect(impact(...updates(4))).toEqual({ level: 'high', figure: '4 files' });
  });

  it('counts the same path on two machines as two files', () => {
    expect(impact(at('update_server', '/a'), at('update_server', '/a', {}, 'two')).figure).toBe('2 files');
  });
});

describe('effort', () => {
  const effort = (plans: ActionPlan[], ms: number | null = null) => assessRisk(plans, NEVER, ms).effort;

  it.each([
    [1, 'low'],
    [3, 'low'],
    [4, 'medium'],
    [10, 'medium'],
    [11, 'high'],
  ] as const)('of %i actions is %s', (count, level) => {
    expect(effort(updates(count)).level).toBe(level);
  });

  it('names measured seconds, one at least, and each client to restart once', () => {
    expect(effort(updates(1)).figure).toBe('1 action, duration not measured yet');
    expect(effort(updates(2), 12_499).figure).toBe('2 actions, about 12 s');
    expect(effort(updates(1), 0).figure).toBe('1 action, about 1 s');
    const restarts = [
      at('update_server', '/a', { restart: ['kilo', 'zed'] }),
      at('update_server', '/a', { restart: ['zed'] }),
    ];
    expect(effort(restarts, 1600).figure).toBe('2 actions, about 2 s, 2 clients to restart');
    expect(effort([at('update_server', '/a', { restart: ['zed'] })]).figure).toMatch(/, 1 client to restart$/);
  });
});

describe('success rate', () => {
  it.each([
    [0, 0, 'unknown', 'no such action has run here yet'],
    [0, 5, 'low', '0 of 5 succeeded (0 %)'],
    [79, 100, 'low', '79 of 100 succeeded (79 %)'],
    [80, 100, 'medium', '80 of 100 succeeded (80 %)'],
    [94, 100, 'medium', '94 of 100 succeeded (94 %)'],
    [95, 100, 'high', '95 of 100 succeeded (95 %)'],
    [2, 3, 'low', '2 of 3 succeeded (67 %)'],
  ] as const)('%i of %i', (succeeded, total, level, figure) => {
    expect(assessRisk(updates(1), { succeeded, total }, null).successRate).toEqual({ level, figure });
  });
});
