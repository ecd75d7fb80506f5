import type { HopLine } from '@mcp-coordinator/contract/instances.contract';
import { SERVER_TOOLS, type ToolContract } from '@mcp-coordinator/contract/mcp.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import type { Result } from '@mcp-coordinator/core/result';
import { carrierOf, withSpan } from '@mcp-coordinator/telemetry/tracing';
import type { AnswerHop } from '../instances/instances.module.ts';
import type { LinkRegistry } from './link-registry.ts';

const lineOf = (result: Result<unknown, Refusal>): HopLine => {
  if (result.ok) return { type: 'done', value: result.value };
  const { code, detail, retryAfterSeconds } = result.refusal;
  return {
    type: 'refused',
    refusal: { code, detail, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) },
  };
};

/** Makes a call for another instance over the link that it named, if that link is still the one held here. */
export const createAnswerHop =
  (links: Pick<LinkRegistry, 'at' | 'kindOf' | 'refreshInventory'>): AnswerHop =>
  async (request, { signal, onProgress }) => {
    const { serverId, timeoutMs } = request;
    const link = links.at(serverId, request.epoch);
    const kind = links.kindOf(serverId);
    if (!link || !kind) return { type: 'not_held' };
    switch (request.operation) {
      case 'ping':
        return lineOf(await link.ping(timeoutMs));
      case 'refresh':
        await links.refreshInventory(serverId);
        return { type: 'done', value: null };
      case 'call': {
        const tool = (SERVER_TOOLS[kind] as Record<string, ToolContract>)[request.tool];
        if (!tool)
          return lineOf({ ok: false, refusal: refuse('server_unreachable', `There is no tool ${request.tool}.`) });
        const call = () => link.call(request.tool, tool, request.args, { timeoutMs, signal, onProgress });
        return lineOf(await withSpan(`hop ${request.tool}`, { role: 'server', from: carrierOf(request) }, call));
      }
    }
  };
