import type { Action, ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import { type ActionOutcome, INSTALLER_TOOLS } from '@mcp-coordinator/contract/mcp.contract';
import { type CallToolResult, McpServer, type ServerContext } from '@modelcontextprotocol/server';
import { deskOf, type Executor } from '../changes/executor.ts';
import { previewChanges } from '../changes/preview-changes.ts';
import { askPerson } from './ask-person.ts';
import type { Authority } from './authority.ts';
import { agreedChange, type ChangeCall, grantedChange, planAlone } from './change-tool.ts';
import { listServers } from './list-servers.ts';
import { reportTo } from './progress.ts';
import { registerPrompts } from './prompts.ts';
import { registerResources } from './resources.ts';

export const VERSION = '0.1.0';

const CHANGE_TOOLS = ['install_server', 'update_server', 'remove_server', 'generate_config'] as const;

/** The installer as an MCP server: a fresh one for each connection, over the link or over stdio. */
export function installerServer(executor: Executor, authority: Authority): McpServer {
  const server = new McpServer({ name: 'generic-mcp-installer', version: VERSION });
  registerReads(server, executor);
  registerResources(server, executor);
  registerPrompts(server);
  for (const name of CHANGE_TOOLS) {
    const { title, description, input, output, annotations } = INSTALLER_TOOLS[name];
    server.registerTool(
      name,
      { title, description, inputSchema: input, outputSchema: output, annotations },
      (call, ctx) =>
        call.action.type === name
          ? change(server, executor, authority, { operation: 'apply', ...call }, ctx)
          : failure(`The action is a ${call.action.type}. Nothing was changed. Call the tool of that name.`),
    );
  }
  const { title, description, input, output, annotations } = INSTALLER_TOOLS.rollback_change;
  server.registerTool(
    'rollback_change',
    { title, description, inputSchema: input, outputSchema: output, annotations },
    (call, ctx) => change(server, executor, authority, { operation: 'rollback', ...call }, ctx),
  );
  return server;
}

function registerReads(server: McpServer, executor: Executor): void {
  const list = INSTALLER_TOOLS.list_servers;
  server.registerTool(
    'list_servers',
    {
      title: list.title,
      description: list.description,
      inputSchema: list.input,
      outputSchema: list.output,
      annotations: list.annotations,
    },
    async ({ fresh = false }, ctx) => {
      const inventory = await listServers(executor, fresh, reportTo(ctx));
      return answer({ inventory }, `${inventory.servers.length} servers in ${inventory.files.length} files.`);
    },
  );
  const preview = INSTALLER_TOOLS.preview_change;
  server.registerTool(
    'preview_change',
    {
      title: preview.title,
      description: preview.description,
      inputSchema: preview.input,
      outputSchema: preview.output,
      annotations: preview.annotations,
    },
    async ({ actions, protectedPaths }) => {
      const shown = await previewChanges(actions, deskOf(executor, protectedPaths));
      const text =
        shown.refused.length > 0 ? shown.refused.map(({ reason }) => reason) : shown.plans.map(({ diff }) => diff);
      return answer(shown, text.join('\n'));
    },
  );
}

/** The three ways to a change: a grant, a proposal, or the person at the client. */
async function change(
  server: McpServer,
  executor: Executor,
  authority: Authority,
  call: ChangeCall,
  ctx: ServerContext,
) {
  const report = reportTo(ctx);
  const alone = authority.verifyGrant === null && authority.propose === null;
  const granted = call.operation === 'rollback' || call.grant !== undefined;
  if (granted && !alone) return settled(await grantedChange(executor, authority, call, report));
  if (authority.propose !== null) {
    const proposed = await authority.propose(call.action);
    if (!proposed.ok) return failure(proposed.refusal.detail);
    return answer(
      { proposal: proposed.value },
      `Proposed. Nothing was changed yet; a person decides at ${proposed.value.url}`,
    );
  }
  return askThenChange(server, executor, call, ctx);
}

async function askThenChange(server: McpServer, executor: Executor, call: ChangeCall, ctx: ServerContext) {
  const known = call.operation === 'rollback' ? await applied(executor, call) : await planAlone(executor, call.action);
  if (!known.ok) return failure(known.reason);
  const { digest, question, action } =
    'plan' in known
      ? { digest: known.plan.planDigest, question: questionOf(known.plan), action: known.resolved }
      : known;
  const asked = askPerson(server, ctx, digest, question);
  switch (asked.state) {
    case 'open':
      return asked.ask;
    case 'cannot_ask':
      return failure(
        'This client cannot ask the person, and without an agreement nothing is changed. Use a client with elicitation, or a coordinator.',
      );
    case 'declined':
      return failure('The person declined. Nothing was changed.');
    case 'agreed':
      return settled(await agreedChange(executor, { ...call, action }, digest, reportTo(ctx)));
  }
}

async function applied({ journal }: Executor, { executionId = '', action }: ChangeCall) {
  const record = await journal.record({ operation: 'apply', executionId, actionId: action.id });
  if (record === null)
    return { ok: false as const, reason: 'This action was never carried out here. Nothing was changed.' };
  const question = `Undo ${action.type} of ${action.serverName}${record.undo === null ? '' : ` in ${record.undo.path}`}?`;
  return { ok: true as const, digest: record.planDigest, question, action: action satisfies Action };
}

const questionOf = ({ intents, diff }: ActionPlan): string =>
  [...intents.map(({ verb, text }) => `${verb}: ${text}`), '', diff].join('\n').slice(0, 8000);

const settled = (outcome: ActionOutcome): CallToolResult =>
  answer({ outcome }, [outcome.status, outcome.error ?? '', ...outcome.log].filter((line) => line !== '').join('\n'));

const answer = (structuredContent: Record<string, unknown>, text: string): CallToolResult => ({
  content: [{ type: 'text', text }],
  structuredContent,
});
const failure = (text: string): CallToolResult => ({ content: [{ type: 'text', text }], isError: true });
