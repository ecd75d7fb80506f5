import type { Alert, AlertRules } from '@mcp-coordinator/contract/monitoring.contract';
import type { RegisteredServer, ServerStatus } from '@mcp-coordinator/contract/servers.contract';
import { expect, it } from 'vitest';
import { serversTitle } from '../servers/servers-title.ts';
import { parseSystemSearch } from './system-search.ts';
import { systemTitle } from './system-words.ts';
import { thresholdsOf } from './thresholds.ts';

const server = (id: string, status: ServerStatus) => ({ id, status }) as RegisteredServer;
const alert = (condition: string, on: string | null) => ({ condition, server: on }) as Alert;

it('titles the system by what fires, then by what is away', () => {
  const servers = [server('laptop-3', 'unreachable'), server('b', 'healthy'), server('c', 'healthy')];
  const firing = [alert('server_down > 0', 'laptop-3'), alert('response_time > 1000', 'compliance-1')];
  expect(systemTitle(firing, servers)).toBe('Two alerts fire: laptop-3 has lost its link and compliance-1 is slow.');
  expect(systemTitle([alert('cpu_usage < 1', null)], [])).toBe('One alert fires: cpu_usage < 1.');
  expect(systemTitle([], servers)).toBe('No alert fires, but laptop-3 cannot be reached.');
  expect(systemTitle([], servers.slice(1))).toBe('Both servers are healthy, and no alert fires.');
  expect(systemTitle([], [])).toBe('No server is registered yet.');
  expect(serversTitle(servers)).toBe('2 servers are linked; laptop-3 cannot be reached.');
});

it('draws the limits of the rules that speak of a metric', () => {
  const rules: AlertRules = {
    critical: [{ condition: 'response_time{server="a"} > 2000', action: 'notify_admin' }],
    warning: [
      { condition: 'response_time > 1000', action: 'notify_admin' },
      { condition: 'response_time < 1', action: 'notify_admin' },
      { condition: 'not a condition', action: 'notify_admin' },
    ],
  };
  expect(thresholdsOf(rules, 'response_time', 'a')).toEqual([1000, 2000]);
  expect(thresholdsOf(rules, 'response_time', 'b')).toEqual([1000]);
  expect(thresholdsOf(undefined, 'cpu_usage')).toEqual([]);
});

it('keeps the range and the server in the address', () => {
  expect(parseSystemSearch({ range: '7d', server: 'a' })).toEqual({ range: '7d', server: 'a' });
  expect(parseSystemSearch({ range: '1h', server: '' })).toEqual({});
});
