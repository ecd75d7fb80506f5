import type { Alert } from '@mcp-coordinator/contract/monitoring.contract';
import type { RegisteredServer } from '@mcp-coordinator/contract/servers.contract';
import { count, countWord, listWords } from '../../ui/plural.ts';

const alertWords = ({ condition, server }: Alert): string => (server ? `${condition} on ${server}` : condition);

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
    return servers.length === 1 ? 'The one server is healthy, and no alert fires.' : `All ${servers.length} servers are healthy, and no alert fires.`;
  }
  return `No alert fires; ${count(healthy, 'server')} of ${servers.length} ${healthy === 1 ? 'is' : 'are'} healthy.`;
};
