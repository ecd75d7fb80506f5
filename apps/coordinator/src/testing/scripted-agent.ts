import { randomBytes } from 'node:crypto';
import { LinkTransport, linkPath } from '@mcp-coordinator/contract/link-transport';
import { SERVER_TOOLS, type ToolContract } from '@mcp-coordinator/contract/mcp.contract';
import type { ServerKind } from '@mcp-coordinator/contract/servers.contract';
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import WebSocket from 'ws';
import { askWith, type TestApp, until } from './harness.ts';

/** Answers one tool; what it throws becomes an error result, as with any MCP server. */
export type ToolScript = (args: Record<string, unknown>) => Promise<Record<string, unknown>> | Record<string, unknown>;

/** A server at the other end of a real link, whose answers a test writes: an outside port, as any registered server is. */
export interface ScriptedAgent {
  readonly serverId: string;
  readonly key: string;
  /** Every call that arrived, in order. */
  readonly calls: { name: string; args: Record<string, unknown> }[];
  /** Answers from now on; what a test does not write keeps its first answer. */
  script(name: string, answer: ToolScript): void;
  /** What it answers as things stand. */
  answer(name: string): ToolScript | undefined;
  /** Keeps the next call of this tool waiting: what may happen meanwhile is up to the test. */
  pause(name: string): { reached: Promise<void>; release: () => void };
  /** Cuts the link as a crash does. */
  drop(): Promise<void>;
  /** Registers anew and dials in again, at another instance where one is named. */
  dial(base?: string): Promise<void>;
  /** The close code of the present link, once it is closed. */
  closed(): Promise<number>;
}

export async function dialIn(
  app: TestApp,
  kind: ServerKind,
  serverId: string,
  scripts: Record<string, ToolScript>,
): Promise<ScriptedAgent> {
  const { key } = await app.machineKey(kind, serverId);
  const answers = new Map(Object.entries(scripts));
  const calls: ScriptedAgent['calls'] = [];
  const pauses = new Map<string, () => Promise<void>>();
  let socket: WebSocket | undefined;

  const server = (): McpServer => {
    const mcp = new McpServer({ name: serverId, version: '1.0.0' });
    for (const [name, tool] of Object.entries<ToolContract>(SERVER_TOOLS[kind])) {
      mcp.registerTool(
        name,
        { description: tool.description, inputSchema: tool.input, outputSchema: tool.output },
        async (args) => {
          calls.push({ name, args });
          const paused = pauses.get(name);
          pauses.delete(name);
          await paused?.();
          const answer = answers.get(name);
          if (!answer) throw new Error(`this test has no answer for ${name}`);
          return { content: [], structuredContent: await answer(args) };
        },
      );
    }
    return mcp;
  };

  let closed: Promise<number> | undefined;
  const dial = async (base = app.base): Promise<void> => {
    const nonce = randomBytes(32).toString('base64url');
    const names = Object.keys(SERVER_TOOLS[kind]);
    const body =
      kind === 'installer'
        ? { installerId: serverId, version: '1.0.0', capabilities: names, nonce }
        : { serverId, version: '1.0.0', tools: names, nonce };
    const { status, body: registered } = await askWith(base, key)('POST', '/servers/register', body);
    if (status >= 300) throw new Error(`${serverId} was not registered: ${JSON.stringify(registered)}`);
    const opened = new WebSocket(`${base.replace('http', 'ws')}${linkPath(serverId)}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    // Before it opens: the first message may come with the handshake's answer.
    serveStdio(server, { transport: new LinkTransport<never>(opened) as never });
    await new Promise((resolve, reject) => opened.once('open', resolve).once('error', reject));
    socket = opened;
    closed = new Promise((resolve) => opened.once('close', resolve));
    await until(
      `${serverId} healthy`,
      async () => (await app.admin('GET', `/servers/${serverId}`)).body.server.status === 'healthy',
    );
  };
  await dial();

  return {
    serverId,
    key,
    calls,
    script: (name, answer) => void answers.set(name, answer),
    answer: (name) => answers.get(name),
    pause: (name) => {
      const reached = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      pauses.set(name, () => {
        reached.resolve();
        return released.promise;
      });
      return { reached: reached.promise, release: released.resolve };
    },
    dial,
    closed: () => closed ?? Promise.reject(new Error('it never dialled')),
    drop: async () => {
      socket?.terminate();
      await until(
        `${serverId} away`,
        async () => (await app.admin('GET', `/servers/${serverId}`)).body.server.status === 'unreachable',
      );
    },
  };
}
