import type { VerifyGrant } from '@mcp-coordinator/client/agent/grant-verifier';
import { COMPLIANCE_TOOLS } from '@mcp-coordinator/contract/mcp.contract';
import { McpServer } from '@modelcontextprotocol/server';
import type { Executor } from '../execution/executor.ts';
import { proposeActions } from '../remediation/propose-actions.ts';
import { answer } from './answers.ts';
import { assessTool } from './assess-tool.ts';
import { executeRemediation } from './execute-remediation.ts';

export const VERSION = '0.1.0';

type ToolName = keyof typeof COMPLIANCE_TOOLS;

/** What `tools/list` says of a tool besides its schemas, which are named one by one so that their types stay. */
const described = (name: ToolName) => {
  const { title, description, annotations } = COMPLIANCE_TOOLS[name];
  return { title, description, annotations };
};

/** The compliance server as an MCP server: a fresh one for each connection. `verifyGrant` is null where there is no link. */
export function complianceServer(executor: Executor, verifyGrant: VerifyGrant | null): McpServer {
  const server = new McpServer({ name: 'compliance-server', version: VERSION });
  const {
    compliance_assessment: assess,
    generate_remediation_proposal: generate,
    execute_remediation: execute,
  } = COMPLIANCE_TOOLS;
  server.registerTool(
    'compliance_assessment',
    { ...described('compliance_assessment'), inputSchema: assess.input, outputSchema: assess.output },
    (call, ctx) => assessTool(executor, call, ctx),
  );
  server.registerTool(
    'generate_remediation_proposal',
    { ...described('generate_remediation_proposal'), inputSchema: generate.input, outputSchema: generate.output },
    ({ results, servers, issues }) => {
      const { actions, unresolved } = proposeActions(results, servers, issues);
      return answer(
        { actions, unresolved },
        `${actions.length} actions; ${unresolved.length} issues are left to a person.`,
      );
    },
  );
  server.registerTool(
    'execute_remediation',
    { ...described('execute_remediation'), inputSchema: execute.input, outputSchema: execute.output },
    (call, ctx) => executeRemediation(executor, verifyGrant, call, server, ctx),
  );
  return server;
}
