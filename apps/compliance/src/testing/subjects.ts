import { createHash } from 'node:crypto';
import type { Finding } from '@mcp-coordinator/contract/findings.contract';
import type {
  CapturedDefinitions,
  InventoryServer,
  Launch,
  ToolDefinition,
} from '@mcp-coordinator/contract/inventory.contract';
import type { AssessedServer } from '@mcp-coordinator/contract/mcp.contract';
import { observeEntry } from '@mcp-coordinator/core/configuration/observe';
import { assessServers } from '../assessment/assess-servers.ts';
import { type ComplianceState, EMPTY_STATE } from '../execution/compliance-state.ts';

export const NOW = new Date('2026-11-24T12:00:00.000Z');
export const INSTALLER = 'laptop-1';
const keyedHash = (text: string): string => createHash('sha256').update(`key ${text}`).digest('hex');

/** A server as Cursor's user file holds it, observed like an installer would; overrides last. */
export function server(launch: Partial<Launch>, more: Partial<InventoryServer> = {}): InventoryServer {
  const whole: Launch = {
    transport: launch.url === undefined ? 'stdio' : 'streamable-http',
    enabled: true,
    ...(launch.url === undefined ? { command: 'npx' } : {}),
    ...launch,
  };
  const { transport: _, enabled: __, autoApprove: ___, ...entry } = whole;
  const name = more.name ?? 'sample';
  const seen = observeEntry(entry, whole, keyedHash);
  return {
    name,
    client: 'cursor',
    scope: 'user',
    path: '/home/ada/.cursor/mcp.json',
    pointer: `/mcpServers/${name}`,
    entry: seen.entry,
    launch: seen.launch,
    observations: seen.observations,
    resolvedCommand: { path: '/usr/bin/npx', othersMayWrite: false },
    hash: 'h',
    definitions: { status: 'unknown', reason: 'capture is off' },
    ...more,
  };
}

export const captured = (tools: ToolDefinition[], more: Partial<CapturedDefinitions> = {}): CapturedDefinitions => ({
  status: 'captured',
  capturedAt: NOW.toISOString(),
  protocolVersion: '2025-11-25',
  serverInfo: { name: 'sample', version: '1.0.0' },
  tools,
  prompts: [],
  resources: [],
  startMs: 100,
  digest: 'sha256:0',
  ...more,
});

/** A pinned, found, clean server with these tools. */
export const serverWithTools = (tools: ToolDefinition[], more: Partial<InventoryServer> = {}): InventoryServer =>
  server({ args: ['-y', 'sample-mcp@1.2.3'] }, { definitions: captured(tools), ...more });

/** One tool that says this. */
export const saying = (description: string, name = 'sample_tool'): InventoryServer =>
  serverWithTools([{ name, description, inputSchema: { type: 'object' } }]);

export interface Surroundings {
  readonly others?: readonly InventoryServer[];
  readonly protectedPaths?: readonly string[];
  readonly file?: AssessedServer['file'];
  readonly state?: ComplianceState;
  readonly own?: AssessedServer['own'];
  readonly drift?: AssessedServer['drift'];
}

export const assessed = (snapshot: InventoryServer, key = snapshot.name): AssessedServer => ({
  key,
  snapshot,
  installerId: INSTALLER,
});

/** What the assessment finds on the server, and what it could not determine. */
export async function judged(
  subject: InventoryServer,
  { others = [], protectedPaths = [], file, state = EMPTY_STATE, own, drift }: Surroundings = {},
): Promise<{ findings: Finding[]; unknowns: { rule: string; reason: string }[] }> {
  const first = { ...assessed(subject, 'the-subject'), ...(file === undefined ? {} : { file }), own, drift };
  const servers = [first, ...others.map((other, index) => assessed(other, `${other.name}-${index}`))];
  const results = await assessServers({ servers, protectedPaths, includeDetails: true, state, now: NOW });
  const result = results.servers['the-subject'];
  return { findings: result?.findings ?? [], unknowns: result?.unknowns ?? [] };
}

/** The severities that one rule gave, worst first. */
export async function severitiesOf(
  rule: string,
  subject: InventoryServer,
  surroundings?: Surroundings,
): Promise<string[]> {
  const { findings } = await judged(subject, surroundings);
  return findings.filter((finding) => finding.rule === rule).map(({ severity }) => severity);
}
