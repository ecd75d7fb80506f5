import {
  acceptedContent,
  inputRequired,
  inputResponse,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

const ANSWER = z.object({ apply: z.boolean().describe('Apply exactly this change') });
const CAPABILITIES_KEY = 'io.modelcontextprotocol/clientCapabilities';

/** What the person said so far; `ask` is the answer a handler returns to have the client ask. */
export type Asked =
  | { readonly state: 'agreed' | 'declined' | 'cannot_ask' }
  | { readonly state: 'open'; readonly ask: ReturnType<typeof inputRequired> };

/**
 * Asks the person at the client, in either protocol revision. The key holds the digest of the plan: an answer given to another
 * plan is no answer to this one.
 */
export function askPerson(server: McpServer, ctx: ServerContext, planDigest: string, message: string): Asked {
  if (!canAsk(server, ctx)) return { state: 'cannot_ask' };
  const key = `apply-${planDigest.slice(-32)}`;
  const response = inputResponse(ctx.mcpReq.inputResponses, key);
  if (response.kind === 'missing') {
    return {
      state: 'open',
      ask: inputRequired({ inputRequests: { [key]: inputRequired.elicit({ message, requestedSchema: ANSWER }) } }),
    };
  }
  // The client does not check answers against the schema.
  return { state: acceptedContent(ctx.mcpReq.inputResponses, key, ANSWER)?.apply === true ? 'agreed' : 'declined' };
}

function canAsk(server: McpServer, ctx: ServerContext): boolean {
  // The SDK's type of the envelope lists none of its keys.
  const envelope: Readonly<Record<string, unknown>> = ctx.mcpReq.envelope ?? {};
  const declared = envelope[CAPABILITIES_KEY] ?? server.server.getClientCapabilities();
  return (
    typeof declared === 'object' && declared !== null && 'elicitation' in declared && declared.elicitation !== undefined
  );
}
