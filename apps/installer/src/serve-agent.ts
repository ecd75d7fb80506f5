import { randomBytes, randomInt } from 'node:crypto';
import { join } from 'node:path';
import type { AgentLog } from '@mcp-coordinator/client/agent/agent-options';
import { createGrantVerifier } from '@mcp-coordinator/client/agent/grant-verifier';
import { type Agent, startAgent } from '@mcp-coordinator/client/agent/link';
import { createTrustedKeys } from '@mcp-coordinator/client/agent/trusted-keys';
import { INSTALLER_TOOLS } from '@mcp-coordinator/contract/mcp.contract';
import { traceRequests } from '@mcp-coordinator/telemetry/traced-transport';
import type { JSONRPCMessage } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Executor } from './changes/executor.ts';
import type { InstallerConfig } from './config.ts';
import { demandOf } from './consent/approver-keys.ts';
import { type DriftReporting, reportDrift } from './drift/report-drift.ts';
import { installerServer, VERSION } from './tools/installer-server.ts';
import { proposeTo } from './tools/propose-change.ts';

const FRACTION_STEPS = 2 ** 32;

/** Keeps a link to the coordinator and serves the installer's tools over it. */
export function serveAgent(
  executor: Executor,
  config: InstallerConfig,
  coordinator: NonNullable<InstallerConfig['coordinator']>,
  log: AgentLog,
): Agent {
  const { machine } = executor;
  const propose = proposeTo(coordinator.url, coordinator.apiKey);
  let drift: Promise<DriftReporting> | null = null;
  const agent = startAgent<JSONRPCMessage>({
    coordinatorUrl: coordinator.url,
    apiKey: coordinator.apiKey,
    registration: {
      installerId: config.installerId,
      version: VERSION,
      capabilities: Object.keys(INSTALLER_TOOLS),
      ...(executor.approverKeys === null ? {} : { consent: demandOf(executor.approverKeys) }),
      contact: { hostname: machine.hostname, platform: machine.place.platform },
    },
    serve(transport, link) {
      const { issuer, serverId, nonce } = link;
      if (drift === null)
        drift = reportDrift({ executor, coordinatorUrl: coordinator.url, apiKey: coordinator.apiKey, serverId, log });
      else void drift.then((reporting) => reporting.again());
      const keys = createTrustedKeys({
        jwksUrl: link.jwks,
        file: join(config.dataDir, 'coordinator-keys.json'),
        apiKey: coordinator.apiKey,
        log,
      });
      void keys.learn();
      traceRequests(transport);
      const verifyGrant = createGrantVerifier(keys.get, { issuer, serverId, nonce });
      serveStdio(() => installerServer(executor, { verifyGrant, propose }), {
        transport,
        onerror: (error) => log.warn({ reason: error.message }, 'a message on the link could not be served'),
      });
    },
    log,
    random: { bytes: (count) => randomBytes(count), fraction: () => randomInt(FRACTION_STEPS) / FRACTION_STEPS },
  });
  return {
    async stop() {
      await (await drift)?.stop();
      await agent.stop();
    },
  };
}
