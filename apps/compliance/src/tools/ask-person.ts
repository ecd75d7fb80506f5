import {
  acceptedContent,
  inputRequired,
  inputResponse,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

const ANSWER = z.object({ apply: z.boolean().describe('Record exactly this') });
const CAPABILITIES_KEY = 'io.modelcontextprotocol/clientCapabilities';

/** What the person at the client said so far; `ask` is what a handler returns to have the client ask. */
export type Asked =
  | { readonly state: 'agreed' | 'declined' | 'cannot_ask' }
  | { readonly state: 'open'; readonly ask: ReturnType<typeof inputRequired> };

/** Asks in either protocol revision. The key holds the plan's digest: an answer to another plan is no answer to this one. */
export function askPerson(server: McpServer, ctx: ServerContext, planDigest: string, message: string): Asked {
  if (!canAsk(server, ctx)) return { state: 'cannot_ask' };
  const key = `apply-${planDigest.slice(-32)}`;
  if (inputResponse(ctx.mcpReq.inputResponses, key).kind === 'missing') {
    return {
      state: 'open',
      ask: inputRequired({ inputRequests: { [key]: inputRequired.elicit({ message, requestedSchema: ANSWER }) } }),
    };
  }
  // Clients do not check answers against the schema.
  return { state: acceptedContent(ctx.mcpReq.inputResponses, key, ANSWER)?.apply === true ? 'agreed' : 'declined' };
}

function canAsk(server: McpServer, ctx: ServerContext): boolean {
  // The SDK types the envelope by the keys it knows itself.
  const envelope = ctx.mcpReq.envelope as Record<string, unknown> | undefined;
  const capabilities: { elicitation?: unknown } | undefined =
    (envelope?.[CAPABILITIES_KEY] as { elicitation?: unknown } | undefined) ?? server.server.getClientCapabilities();
  return capabilities?.elicitation !== undefined;
}
