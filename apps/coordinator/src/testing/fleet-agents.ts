import { randomBytes } from 'node:crypto';
import { LinkTransport, linkPath } from '@mcp-coordinator/contract/link-transport';
import { INSTALLER_TOOLS, type ToolContract } from '@mcp-coordinator/contract/mcp.contract';
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import WebSocket from 'ws';

/** A process of its own with many installers in it, so that the memory of the coordinator's can be looked at. */
export interface FleetOrder {
  base: string;
  /** By server id. */
  keys: Record<string, string>;
}

const AT_ONCE = 16;
const inventory = {
  takenAt: new Date().toISOString(),
  host: { platform: 'linux', hostname: 'fleet' },
  roots: { home: '/home/person', workspaces: [] },
  files: [],
  servers: [],
};

function serverOf(id: string): McpServer {
  const mcp = new McpServer({ name: id, version: '1.0.0' });
  for (const [name, tool] of Object.entries<ToolContract>(INSTALLER_TOOLS)) {
    const { description, input: inputSchema, output: outputSchema } = tool;
    mcp.registerTool(name, { description, inputSchema, outputSchema }, () => ({
      content: [],
      structuredContent: { inventory },
    }));
  }
  return mcp;
}

async function dial(base: string, id: string, key: string): Promise<void> {
  const authorization = `Bearer ${key}`;
  const nonce = randomBytes(32).toString('base64url');
  const registered = await fetch(`${base}/api/v1/servers/register`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ installerId: id, version: '1.0.0', capabilities: Object.keys(INSTALLER_TOOLS), nonce }),
  });
  if (!registered.ok) throw new Error(`${id}: ${registered.status} ${await registered.text()}`);
  const socket = new WebSocket(`${base.replace('http', 'ws')}${linkPath(id)}`, {
    headers: { authorization },
    perMessageDeflate: false,
  });
  serveStdio(() => serverOf(id), { transport: new LinkTransport<never>(socket) as never });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
}

process.on('message', ({ base, keys }: FleetOrder) => {
  const waiting = Object.entries(keys);
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next; next = waiting.pop()) await dial(base, ...next);
  };
  Promise.all(Array.from({ length: AT_ONCE }, work)).then(
    () => process.send?.('dialled'),
    (error: unknown) => process.send?.(`failed: ${String(error)}`),
  );
});
process.on('disconnect', () => process.exit(0));
