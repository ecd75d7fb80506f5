import type { ServerContext } from '@modelcontextprotocol/server';
import type { Report } from '../changes/change-outcome.ts';

/** Sends each message as a progress notification, when the caller asked for them. */
export function reportTo(ctx: ServerContext): Report {
  const progressToken = ctx.mcpReq._meta?.progressToken;
  let progress = 0;
  return (message) => {
    if (progressToken === undefined) return;
    progress += 1;
    // A caller that has gone away needs no progress.
    void ctx.mcpReq
      .notify({ method: 'notifications/progress', params: { progressToken, progress, message } })
      .catch(() => undefined);
  };
}
