import { createHash } from 'node:crypto';
import { ChildTransport } from '@mcp-coordinator/client/agent/child-transport';
import type { CapturedDefinitions, Definitions } from '@mcp-coordinator/contract/inventory.contract';
import { maskText } from '@mcp-coordinator/core/configuration/secrets';
import { digestJson } from '@mcp-coordinator/core/digests/canonical-json';
import {
  Client,
  SSEClientTransport,
  StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client';
import type { HideValues } from './hide-values.ts';
import type { StartSpec } from './start-spec.ts';

/** A first start downloads the package. */
const START_MS_MAX = 60_000;
const DEFINITION_BYTES_MAX = 2 * 1024 * 1024;
const PAGES_MAX = 50;

/** Wall time for stamps, a steady clock for durations; both in milliseconds. */
export interface Clock {
  readonly now: () => number;
  readonly steady: () => number;
}

export interface CaptureOptions {
  readonly clock: Clock;
  /** Masks the values the server was started with, in all that it says. */
  readonly hide: HideValues;
  readonly timeoutMs?: number;
}

/** Starts or reaches a server as its client would, asks what it offers, and ends it again. Never throws for what the server does. */
export async function captureServer(
  spec: StartSpec,
  { clock, hide, timeoutMs = START_MS_MAX }: CaptureOptions,
): Promise<Definitions> {
  const transport = transportFor(spec);
  const client = new Client({ name: 'generic-mcp-installer', version: '0.1.0' }, { listMaxPages: PAGES_MAX });
  const startedAt = clock.steady();
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const said = await Promise.race([
      ask(client, transport, hide, { signal: deadline, timeout: timeoutMs }),
      rejectOn(deadline),
    ]);
    return captured(said, clock, startedAt);
  } catch (error) {
    if (asksForAuthorization(error))
      return { status: 'unknown', reason: 'it asks for authorization, which only its client can give' };
    const lastWords = transport instanceof ChildTransport ? transport.lastWords : '';
    const why = deadline.aborted ? `did not answer within ${timeoutMs / 1000} s` : messageOf(error);
    return {
      status: 'failed',
      capturedAt: stamp(clock),
      reason: maskText(hide([why, lastWords].filter((part) => part !== '').join(': '))).slice(0, 2000),
    };
  } finally {
    await client.close().catch(() => undefined);
    await transport.close().catch(() => undefined);
  }
}

function transportFor(spec: StartSpec): Transport {
  if (spec.kind === 'process') return new ChildTransport(spec);
  const options = { requestInit: { headers: spec.headers } };
  return spec.kind === 'sse'
    ? new SSEClientTransport(spec.url, options)
    : new StreamableHTTPClientTransport(spec.url, options);
}

type Said = Omit<CapturedDefinitions, 'status' | 'capturedAt' | 'startMs' | 'digest'>;

async function ask(
  client: Client,
  transport: Transport,
  hide: HideValues,
  options: { signal: AbortSignal; timeout: number },
): Promise<Said> {
  await client.connect(transport, options);
  const can = client.getServerCapabilities();
  const { tools } = can?.tools === undefined ? { tools: [] } : await client.listTools(undefined, options);
  const { prompts } = can?.prompts === undefined ? { prompts: [] } : await client.listPrompts(undefined, options);
  const { resources } =
    can?.resources === undefined ? { resources: [] } : await client.listResources(undefined, options);
  const { name = 'unnamed', version = 'unknown' } = client.getServerVersion() ?? {};
  const instructions = client.getInstructions();
  const protocolVersion = client.getNegotiatedProtocolVersion() ?? 'unknown';
  // Through JSON, so that what is kept is what can be sent.
  const said = {
    protocolVersion,
    serverInfo: { name, version },
    ...(instructions === undefined ? {} : { instructions }),
    tools,
    prompts,
    resources,
  };
  const text = JSON.stringify(said);
  if (Buffer.byteLength(text) > DEFINITION_BYTES_MAX)
    throw new Error(`its definitions are larger than ${DEFINITION_BYTES_MAX / 1024 / 1024} MiB`);
  return hideIn(JSON.parse(text), hide) as Said;
}

/** Every text leaf and key, so that no definition carries a value out. */
function hideIn(value: unknown, hide: HideValues): unknown {
  if (typeof value === 'string') return hide(value);
  if (Array.isArray(value)) return value.map((item) => hideIn(item, hide));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [hide(key), hideIn(member, hide)]));
}

function captured(said: Said, clock: Clock, startedAt: number): CapturedDefinitions {
  const digest = digestJson({ status: 'captured', ...said }, (text) => createHash('sha256').update(text).digest('hex'));
  return {
    status: 'captured',
    capturedAt: stamp(clock),
    ...said,
    startMs: Math.round(clock.steady() - startedAt),
    digest,
  };
}

const stamp = (clock: Clock): string => new Date(clock.now()).toISOString();

const rejectOn = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(new Error('timeout')), { once: true }),
  );

function asksForAuthorization(error: unknown): boolean {
  const { name, status, code, data } = (error ?? {}) as {
    name?: unknown;
    status?: unknown;
    code?: unknown;
    data?: { status?: unknown };
  };
  return name === 'UnauthorizedError' || [status, code, data?.status].some((value) => value === 401 || value === 403);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
