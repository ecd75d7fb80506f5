import { createHash } from 'node:crypto';
import { ChildTransport, type ProcessSpec } from '@mcp-coordinator/client/agent/child-transport';
import type { CapturedDefinitions } from '@mcp-coordinator/contract/inventory.contract';
import { maskText } from '@mcp-coordinator/core/configuration/secrets';
import { digestJson } from '@mcp-coordinator/core/digests/canonical-json';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import { Client, type Transport } from '@modelcontextprotocol/client';
import { diffDefinitions, pinnable } from '../execution/pinned-definitions.ts';
import type { ProbeReport } from './probe-report.ts';
import { watchLimits } from './watch-limits.ts';

/** The name a caller gives itself, and the revision it begins with. */
export interface Caller {
  readonly name: string;
  readonly mode: 'auto' | 'legacy';
}
export interface Answers {
  readonly definitions: CapturedDefinitions;
  /** What was different when the same caller asked again. */
  readonly differences: Extract<ProbeReport, { status: 'probed' }>['differences'];
}

const PAGES_MAX = 50;
const DEFINITION_BYTES_MAX = 4 * 1024 * 1024;

/** Starts a process, asks it twice for all it offers, and ends it with everything that it started. Never throws for what it does. */
export async function askProcess(
  spec: ProcessSpec,
  caller: Caller,
  timeoutMs: number,
): Promise<Result<Answers, string>> {
  const transport = new ChildTransport(spec);
  const limits = watchLimits(transport);
  try {
    const answers = await askTwice(transport, caller, timeoutMs);
    if (answers.ok) return answers;
    const words = [limits.broken() ?? answers.refusal, transport.lastWords].filter((part) => part !== '').join(': ');
    return deny(maskText(words).slice(0, 2000));
  } finally {
    limits.stop();
    transport.kill();
    await transport.close();
  }
}

/** Asks over any transport. A refusal says what went wrong. */
export async function askTwice(
  transport: Transport,
  caller: Caller,
  timeoutMs: number,
): Promise<Result<Answers, string>> {
  const client = new Client(
    { name: caller.name, version: '1.0.0' },
    { listMaxPages: PAGES_MAX, versionNegotiation: { mode: caller.mode } },
  );
  const signal = AbortSignal.timeout(timeoutMs);
  const startedAt = performance.now();
  try {
    return accept(
      await Promise.race([ask(client, transport, { signal, timeout: timeoutMs }, startedAt), late(signal)]),
    );
  } catch (error) {
    // The edge to a foreign program: whatever it does becomes the reason.
    return deny(signal.aborted ? `did not answer within ${timeoutMs / 1000} s` : messageOf(error));
  } finally {
    void client.close().catch(() => undefined);
  }
}

const late = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('late')), { once: true }));

type AskOptions = { readonly signal: AbortSignal; readonly timeout: number };

async function ask(client: Client, transport: Transport, options: AskOptions, startedAt: number): Promise<Answers> {
  await client.connect(transport, options);
  const first = await listAll(client, options);
  const startMs = Math.round(performance.now() - startedAt);
  const second = await listAll(client, options);
  const { name = 'unnamed', version = 'unknown' } = client.getServerVersion() ?? {};
  const said = {
    protocolVersion: client.getNegotiatedProtocolVersion() ?? 'unknown',
    serverInfo: { name, version },
    ...first,
  };
  const digest = digestJson(said, (text) => createHash('sha256').update(text).digest('hex'));
  const definitions = { status: 'captured' as const, capturedAt: new Date().toISOString(), ...said, startMs, digest };
  const again = { ...definitions, ...second };
  return {
    definitions,
    differences: diffDefinitions(pinnable(definitions), pinnable(again)).map((change) => ({
      when: 'when it was asked again',
      change,
    })),
  };
}

type Lists = Pick<CapturedDefinitions, 'tools' | 'prompts' | 'resources' | 'instructions'>;

/** A list that the server cannot give (a resource behind a database) is empty; tools it must give. */
async function listAll(client: Client, options: AskOptions): Promise<Lists> {
  const can = client.getServerCapabilities();
  const { tools } = can?.tools === undefined ? { tools: [] } : await client.listTools(undefined, options);
  const { prompts } =
    can?.prompts === undefined
      ? { prompts: [] }
      : await client.listPrompts(undefined, options).catch(() => ({ prompts: [] }));
  const { resources } =
    can?.resources === undefined
      ? { resources: [] }
      : await client.listResources(undefined, options).catch(() => ({ resources: [] }));
  const instructions = client.getInstructions();
  const text = JSON.stringify({ tools, prompts, resources, ...(instructions === undefined ? {} : { instructions }) });
  if (text.length > DEFINITION_BYTES_MAX)
    throw new Error(`its definitions are larger than ${DEFINITION_BYTES_MAX} bytes`);
  return JSON.parse(text) as Lists;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
