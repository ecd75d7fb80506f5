import type { COMPLIANCE_TOOLS } from '@mcp-coordinator/contract/mcp.contract';
import type { CallToolResult, ServerContext } from '@modelcontextprotocol/server';
import type { z } from 'zod';
import { assessServers } from '../assessment/assess-servers.ts';
import type { Executor } from '../execution/executor.ts';
import { RULES_VERSION } from '../rules/rule-table.ts';
import { answer } from './answers.ts';
import { progressTo } from './progress.ts';

type Call = z.infer<(typeof COMPLIANCE_TOOLS)['compliance_assessment']['input']>;

/** Judges the snapshots that were handed over; one progress notification a server. */
export async function assessTool({ store, clock }: Executor, call: Call, ctx: ServerContext): Promise<CallToolResult> {
  const report = progressTo(ctx);
  const { servers, protectedPaths, includeDetails } = call;
  const results = await assessServers(
    { servers, protectedPaths, includeDetails, state: store.state, now: clock.now() },
    async (done, total, key) => {
      await report(done, total, key);
      // Between two servers other messages get their turn: a ping is answered while thousands are judged.
      await new Promise((resolve) => setImmediate(resolve));
      ctx.mcpReq.signal.throwIfAborted();
    },
  );
  const { totalIssues, criticalIssues, warningIssues } = results.summary;
  return answer(
    { results, rulesVersion: RULES_VERSION },
    `${servers.length} servers: ${totalIssues} issues, ${criticalIssues} critical or high, ${warningIssues} medium or low.`,
  );
}
