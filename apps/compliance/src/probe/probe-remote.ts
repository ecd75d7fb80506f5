import type { Launch } from '@mcp-coordinator/contract/inventory.contract';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { askTwice } from './ask-server.ts';
import { type Answered, guardedFetch } from './guarded-fetch.ts';
import type { ProbeOptions } from './probe-options.ts';
import type { ProbeReport, RemoteReport } from './probe-report.ts';

type Ask = ReturnType<typeof guardedFetch>;
const FOREIGN = 'https://attacker.invalid';

/** Reaches a remote server with nobody's credentials: asks for its tools, shows it a foreign origin, reads its metadata. */
export async function probeRemote({ url = '' }: Launch, options: ProbeOptions): Promise<ProbeReport> {
  const ask = guardedFetch(options.allowPrivate, options.timeoutMs);
  try {
    const plain = await initialize(ask, url, {});
    const remote: RemoteReport = {
      toolsWithoutAuthentication: null,
      oauthFaults: await oauthFaults(ask, url, plain),
      acceptedForeign:
        plain.status < 300 && (await initialize(ask, url, { Origin: FOREIGN })).status < 300 ? ['Origin'] : [],
    };
    if (plain.status >= 300) return withRemote(remote);
    const transport = new StreamableHTTPClientTransport(new URL(url));
    const answers = await askTwice(transport, { name: 'mcp-compliance', mode: 'auto' }, options.timeoutMs);
    if (!answers.ok) return { status: 'failed', reason: answers.refusal, integrity: null };
    const { definitions, differences } = answers.value;
    return {
      ...withRemote({ ...remote, toolsWithoutAuthentication: definitions.tools.length }),
      definitions,
      differences,
    };
  } catch (error) {
    // The edge to the network: the reason is told, and nothing is concluded.
    return { status: 'unknown', reason: error instanceof Error ? error.message : String(error), integrity: null };
  }
}

const withRemote = (remote: RemoteReport): Extract<ProbeReport, { status: 'probed' }> => ({
  status: 'probed',
  definitions: {
    ...{ status: 'captured', capturedAt: new Date().toISOString(), protocolVersion: 'unknown', digest: '', startMs: 0 },
    ...{ serverInfo: { name: 'unnamed', version: 'unknown' }, tools: [], prompts: [], resources: [] },
  },
  differences: [],
  attempts: { unknown: 'it runs on another machine' },
  integrity: null,
  remote,
});

const initialize = (ask: Ask, url: string, headers: Record<string, string>): Promise<Answered> =>
  ask(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'mcp-compliance', version: '1.0.0' },
      },
    }),
  });

/** Metadata must name the issuer it was fetched from (RFC 8414 §3.3), and every endpoint in it must be a web address over TLS. */
async function oauthFaults(ask: Ask, url: string, { headers }: Answered): Promise<string[]> {
  const announced = /resource_metadata="([^"]{1,2000})"/.exec(headers.get('www-authenticate') ?? '')?.[1];
  const resource = await metadata(ask, announced ?? new URL('/.well-known/oauth-protected-resource', url).href);
  const servers = listOf(resource?.['authorization_servers']).slice(0, 5);
  const faults: string[] = [];
  const claimed = resource?.['resource'];
  if (typeof claimed === 'string' && URL.canParse(claimed) && new URL(claimed).origin !== new URL(url).origin)
    faults.push(`its metadata speaks for ${claimed}`);
  for (const issuer of servers) {
    if (!URL.canParse(issuer)) faults.push(`names ${issuer.slice(0, 100)} as its authorization server`);
    else faults.push(...(await issuerFaults(ask, issuer)));
  }
  return faults;
}

async function issuerFaults(ask: Ask, issuer: string): Promise<string[]> {
  const { origin, pathname } = new URL(issuer);
  const path = pathname === '/' ? '' : pathname;
  const found = await metadata(ask, `${origin}/.well-known/oauth-authorization-server${path}`);
  if (found === undefined) return [];
  const faults = found['issuer'] === issuer ? [] : [`${issuer} calls itself ${String(found['issuer']).slice(0, 200)}`];
  for (const [name, value] of Object.entries(found))
    if (name.endsWith('_endpoint') && !isHonestEndpoint(value))
      faults.push(`${name} is ${String(value).slice(0, 200)}`);
  return faults;
}

/** A scheme that starts programs, or characters that a shell would obey, are an attack on the client (CVE-2025-6514). */
const isHonestEndpoint = (value: unknown): boolean =>
  typeof value === 'string' &&
  URL.canParse(value) &&
  (/^https:/i.test(value) || /^http:\/\/(?:localhost|127\.|\[::1\])/i.test(value)) &&
  !/[`$(){};|<>"'\s\\]/.test(value);

async function metadata(ask: Ask, url: string): Promise<Record<string, unknown> | undefined> {
  try {
    const { status, text } = await ask(url);
    const value: unknown = status === 200 ? JSON.parse(text) : undefined;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    // Without metadata, or with some that does not parse, a client has nothing to follow.
    return undefined;
  }
}

const listOf = (value: unknown): string[] =>
  Array.isArray(value) ? (value as unknown[]).filter((item) => typeof item === 'string') : [];
