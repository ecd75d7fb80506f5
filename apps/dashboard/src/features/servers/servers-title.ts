import type { RegisteredServer } from '@mcp-coordinator/contract/servers.contract';
import { count, listWords } from '../../ui/plural.ts';

/** “3 servers are linked; laptop-3 cannot be reached.” */
export const serversTitle = (servers: readonly RegisteredServer[]): string => {
  if (servers.length === 0) return 'No server is registered yet.';
  const away = servers.filter(({ status }) => status === 'unreachable').map(({ id }) => id);
  const linked = servers.length - away.length;
  const words = `${count(linked, 'server')} ${linked === 1 ? 'is' : 'are'} linked`;
  return away.length === 0 ? `${words}.` : `${words}; ${listWords(away)} cannot be reached.`;
};
