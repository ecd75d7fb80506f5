import type { ReadText } from './cgroup-limits.ts';

/** Bytes since boot over the interfaces that lead outside. */
export interface NetworkCounters {
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

/** Loopback, and what only passes on bytes that a real interface counts again. */
const INNER_INTERFACE =
  /^(?:lo\d*|ifb\d+|veth.*|docker\d*|br-.*|virbr\d+|dummy\d+|vnet\d+|cni\d+|flannel.*|cali.*|utun\d+)$/;

interface Interface {
  name: string;
  receivedBytes: number;
  sentBytes: number;
}

export async function readNetworkCounters(readText: ReadText): Promise<NetworkCounters> {
  const table = await readText('/proc/net/dev');
  const interfaces = table === undefined ? await askSystem() : parseProcNetDev(table);
  const outer = interfaces.filter(({ name }) => !INNER_INTERFACE.test(name));
  return {
    receivedBytes: outer.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0),
    sentBytes: outer.reduce((sum, { sentBytes }) => sum + sentBytes, 0),
  };
}

/** Two heading lines, then `name: received bytes, seven more, sent bytes, seven more`. */
export function parseProcNetDev(table: string): Interface[] {
  return table.split('\n').flatMap((line) => {
    const [, name, figures] = /^\s*([^:\s]+):\s*(.+)$/.exec(line) ?? [];
    if (name === undefined || figures === undefined) return [];
    const columns = figures.trim().split(/\s+/).map(Number);
    return [{ name, receivedBytes: columns[0] ?? 0, sentBytes: columns[8] ?? 0 }];
  });
}

/** Where there is no /proc. Loaded only there: it is large, and starts a program for each look. */
async function askSystem(): Promise<Interface[]> {
  const { networkStats } = await import('systeminformation');
  return (await networkStats('*')).map(({ iface, rx_bytes, tx_bytes }) => ({
    name: iface,
    receivedBytes: rx_bytes,
    sentBytes: tx_bytes,
  }));
}
