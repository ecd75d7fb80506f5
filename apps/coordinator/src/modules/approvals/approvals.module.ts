import { shortenTokenLives } from './approval-tokens.store.ts';
import { type ApprovalsRoutesDeps, createApprovalsRoutes } from './approvals.routes.ts';
import { checkToken, redeemToken } from './use-approval-token.ts';

export type { TokenUseRefusal } from './use-approval-token.ts';
export type ApprovalsModuleDeps = ApprovalsRoutesDeps;

/** Decisions of people, and the tokens that stand for their consent. */
export const createApprovalsModule = (deps: ApprovalsModuleDeps) => ({
  handlers: createApprovalsRoutes(deps),
  checkToken,
  redeemToken,
  shortenTokenLives,
});
export type ApprovalsModule = ReturnType<typeof createApprovalsModule>;
