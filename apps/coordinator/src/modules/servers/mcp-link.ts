import type { ToolContract } from '@mcp-coordinator/contract/mcp.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { failed, traceCarrier, withSpan } from '@mcp-coordinator/telemetry/tracing';
import { Client, type Transport } from '@modelcontextprotocol/client';
import type { z } from 'zod';
import { type CallTimings, createCallTimings } from './call-timings.ts';

export interface CallOptions {
  /** Milliseconds for the whole call; progress does not extend it past `timeoutMs` × 4. */
  timeoutMs: number;
  signal?: AbortSignal;
  onProgress?: (progress: { progress: number; total?: number | undefined; message?: string | undefined }) => void;
}

/** One open MCP session with a registered server; the coordinator is the client, whoever dialled. */
export interface McpLink {
  readonly serverId: string;
  readonly since: Date;
  /** What the server registered for this link, and grants that go over it must name. */
  readonly nonce: string | null;
  readonly timings: CallTimings;
  /** What the server lists as its tools. */
  readonly toolNames: readonly string[];
  call<Tool extends ToolContract>(
    name: string,
    tool: Tool,
    args: z.input<Tool['input']>,
    options: CallOptions,
  ): Promise<Result<z.output<Tool['output']>, Refusal<'server_unreachable'>>>;
  /** A round trip of the protocol itself, in ms. */
  ping(timeoutMs: number): Promise<Result<number, Refusal<'server_unreachable'>>>;
  /** Resolves when no call is under way. */
  settled(): Promise<unknown>;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** Speaks 2026-07-28 where the server does, else 2025-11-25. Throws when the handshake fails. */
export async function openMcpLink(
  transport: Transport,
  { serverId, version, now, nonce }: { serverId: string; version: string; now: Date; nonce: string | null },
  onClose: () => void,
): Promise<McpLink> {
  const client = new Client({ name: 'mcp-integration-coordinator', version }, { versionNegotiation: { mode: 'auto' } });
  client.onclose = onClose;
  await client.connect(transport, { timeout: CONNECT_TIMEOUT_MS });
  const { tools } = await client.listTools(undefined, { timeout: CONNECT_TIMEOUT_MS });
  const timings = createCallTimings();
  const unreachable = (what: string): Refusal<'server_unreachable'> =>
    refuse('server_unreachable', `${serverId} ${what}. Nothing was changed by this call.`, { retryAfterSeconds: 5 });

  const underWay = new Set<Promise<unknown>>();
  const timed = async <Value>(
    tool: string | null,
    run: () => Promise<Result<Value, Refusal<'server_unreachable'>>>,
  ) => {
    const start = performance.now();
    const call = run().catch((error: unknown) => deny(unreachable(`did not answer: ${wordsOf(error)}`)));
    underWay.add(call);
    const result = await call;
    underWay.delete(call);
    timings.add(tool, performance.now() - start, !result.ok);
    return result;
  };

  const traced = <Value>(name: string, call: () => Promise<Result<Value, Refusal<'server_unreachable'>>>) =>
    withSpan(`tools/call ${name}`, { role: 'client', attributes: { 'mcp.server': serverId } }, async (span) => {
      const result = await call();
      if (!result.ok) failed(span, 'the server did not do it');
      return result;
    });

  const ask = async <Tool extends ToolContract>(
    name: string,
    tool: Tool,
    args: z.input<Tool['input']>,
    { timeoutMs, signal, onProgress }: CallOptions,
  ): Promise<Result<z.output<Tool['output']>, Refusal<'server_unreachable'>>> => {
    const trace = traceCarrier();
    const result = await client.callTool(
      { name, arguments: args, ...(trace.traceparent === undefined ? {} : { _meta: { ...trace } }) },
      {
        timeout: timeoutMs,
        resetTimeoutOnProgress: true,
        maxTotalTimeout: timeoutMs * 4,
        ...(signal ? { signal } : {}),
        ...(onProgress ? { onprogress: onProgress } : {}),
      },
    );
    if (result.isError) return deny(unreachable(`failed: ${textOf(result.content)}`));
    // Whatever a server says is checked before anyone relies on it.
    const output = tool.output.safeParse(result.structuredContent);
    if (output.success) return accept(output.data as z.output<Tool['output']>);
    const [issue] = output.error.issues;
    const where = `${issue?.message ?? ''} at /${issue?.path.join('/') ?? ''}`;
    return deny(unreachable(`answered ${name} with something that does not fit its schema (${where})`));
  };

  return {
    serverId,
    since: now,
    nonce,
    timings,
    toolNames: tools.map((tool) => tool.name),
    call: <Tool extends ToolContract>(name: string, tool: Tool, args: z.input<Tool['input']>, options: CallOptions) =>
      timed<z.output<Tool['output']>>(name, () => traced(name, () => ask(name, tool, args, options))),
    ping: (timeoutMs) =>
      timed(null, async () => {
        const start = performance.now();
        await (client.getProtocolEra() === 'modern'
          ? client.discover({ timeout: timeoutMs })
          : client.ping({ timeout: timeoutMs }));
        return accept(Math.round((performance.now() - start) * 100) / 100);
      }),
    settled: () => Promise.all(underWay),
  };
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown error').slice(0, 300);

const textOf = (content: unknown): string => {
  const first = Array.isArray(content) ? (content[0] as { text?: unknown } | undefined)?.text : undefined;
  return (typeof first === 'string' ? first : 'no reason given').slice(0, 500);
};
