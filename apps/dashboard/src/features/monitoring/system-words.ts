import type { Alert, Metric } from '@mcp-coordinator/contract/monitoring.contract';
import type { RegisteredServer } from '@mcp-coordinator/contract/servers.contract';
import { parseCondition } from '@mcp-coordinator/core/alerts/parse-condition';
import { count, countWord, listWords } from '../../ui/plural.ts';

const DEEDS: Record<Metric, (who: string) => string> = {
  cpu_usage: () => 'the CPU is busy',
  memory_usage: () => 'memory runs short',
  disk_usage: () => 'the disk fills up',
  network_incoming: () => 'much comes in over the network',
  network_outgoing: () => 'much goes out over the network',
  response_time: (who) => `${who} is slow`,
  response_time_p50: (who) => `${who} is slow`,
  response_time_p95: (who) => `${who} is slow`,
  response_time_p99: (who) => `${who} is slow`,
  error_rate: (who) => `${who} answers with errors`,
  server_down: (who) => `${who} has lost its link`,
  pending_approvals: () => 'approvals pile up',
  approval_age_hours: () => 'a proposal waits long for its decision',
  execution_stuck_minutes: () => 'an execution stands still',
  audit_lag_seconds: () => 'audit records wait for their place in the log',
  audit_valid: () => 'the audit log verifies',
  failed_logins: () => 'many logins fail',
  token_replay: () => 'a used token was shown again',
  break_glass: () => 'an approval past the rules waits for its review',
  backup_age_hours: () => 'the last backup is long ago',
};

/** What an alert means, in words; one whose condition reads otherwise than "too much" keeps the condition itself. */
const alertWords = ({ condition, server }: Alert): string => {
  const parsed = parseCondition(condition);
  if (!parsed.ok || !parsed.value.operator.startsWith('>')) return server ? `${condition} on ${server}` : condition;
  return DEEDS[parsed.value.metric](server ?? 'a server');
};

/** “Two alerts fire: laptop-3 has lost its link, and …” */
export const systemTitle = (firing: readonly Alert[], servers: readonly RegisteredServer[]): string => {
  const gone = servers.filter(({ status }) => status === 'unreachable').map(({ id }) => id);
  if (firing.length > 0) {
    return `${countWord(firing.length, 'alert')} ${firing.length === 1 ? 'fires' : 'fire'}: ${listWords(firing.map(alertWords), 2)}.`;
  }
  if (gone.length > 0) return `No alert fires, but ${listWords(gone)} cannot be reached.`;
  if (servers.length === 0) return 'No server is registered yet.';
  const healthy = servers.filter(({ status }) => status === 'healthy').length;
  if (healthy === servers.length) {
    const all = ['', 'The one server is', 'Both servers are'][servers.length] ?? `All ${servers.length} servers are`;
    return `${all} healthy, and no alert fires.`;
  }
  return `No alert fires; ${count(healthy, 'server')} of ${servers.length} ${healthy === 1 ? 'is' : 'are'} healthy.`;
};
