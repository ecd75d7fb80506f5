import { randomBytes, randomInt } from 'node:crypto';
import { join } from 'node:path';
import type { AgentLog } from '@mcp-coordinator/client/agent/agent-options';
import { createGrantVerifier } from '@mcp-coordinator/client/agent/grant-verifier';
import { type Agent, startAgent } from '@mcp-coordinator/client/agent/link';
import { createTrustedKeys } from '@mcp-coordinator/client/agent/trusted-keys';
import { COMPLIANCE_TOOLS } from '@mcp-coordinator/contract/mcp.contract';
import { traceRequests } from '@mcp-coordinator/telemetry/traced-transport';
import type { JSONRPCMessage } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { ComplianceConfig } from './config.ts';
import type { Executor } from './execution/executor.ts';
import { complianceServer, VERSION } from './tools/compliance-server.ts';

const FRACTION_STEPS = 2 ** 32;

/** Keeps a link to the coordinator and serves the compliance tools over it. */
export function serveAgent(
  executor: Executor,
  { complianceId, dataDir }: ComplianceConfig,
  coordinator: NonNullable<ComplianceConfig['coordinator']>,
  log: AgentLog,
): Agent {
  return startAgent<JSONRPCMessage>({
    coordinatorUrl: coordinator.url,
    apiKey: coordinator.apiKey,
    registration: { serverId: complianceId, version: VERSION, tools: Object.keys(COMPLIANCE_TOOLS) },
    serve(transport, { issuer, serverId, nonce, jwks }) {
      const keys = createTrustedKeys({
        jwksUrl: jwks,
        file: join(dataDir, 'coordinator-keys.json'),
        apiKey: coordinator.apiKey,
        log,
      });
      void keys.learn();
      traceRequests(transport);
      const verifyGrant = createGrantVerifier(keys.get, { issuer, serverId, nonce });
      serveStdio(() => complianceServer(executor, verifyGrant), {
        transport,
        onerror: (error) => log.warn({ reason: error.message }, 'a message on the link could not be served'),
      });
    },
    log,
    random: { bytes: (count) => randomBytes(count), fraction: () => randomInt(FRACTION_STEPS) / FRACTION_STEPS },
  });
}
