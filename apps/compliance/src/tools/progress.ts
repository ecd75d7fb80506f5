import type { ServerContext } from '@modelcontextprotocol/server';

/** How far a long call has come. */
export type ReportProgress = (progress: number, total: number, message: string) => Promise<void>;

/** Progress notifications to a caller that asked for them; nothing to one that did not, or that has gone. */
export function progressTo(ctx: ServerContext): ReportProgress {
  const progressToken = ctx.mcpReq._meta?.progressToken;
  return async (progress, total, message) => {
    if (progressToken === undefined || ctx.mcpReq.signal.aborted) return;
    await ctx.mcpReq
      .notify({ method: 'notifications/progress', params: { progressToken, progress, total, message } })
      .catch(() => undefined);
  };
}
