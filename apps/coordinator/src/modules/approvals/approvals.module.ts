import type { SubjectIds } from '@mcp-coordinator/contract/approvals.contract';
import type { Tx } from '../../db/schema.ts';
import { shortenTokenLives } from './approval-tokens.store.ts';
import { type ApprovalsRoutesDeps, createApprovalsRoutes } from './approvals.routes.ts';
import { countUnreviewed } from './approvals.store.ts';
import { digestOfSubject } from './digest-of-subject.ts';
import { checkToken, redeemToken } from './use-approval-token.ts';

export type { TokenUseRefusal } from './use-approval-token.ts';
export type ApprovalsModuleDeps = ApprovalsRoutesDeps;

/** Decisions of people, and the tokens that stand for their consent. */
export const createApprovalsModule = (deps: ApprovalsModuleDeps) => ({
  handlers: createApprovalsRoutes(deps),
  /** What a passkey signs that approves this. */
  digestOf: (tx: Tx, subject: SubjectIds) => digestOfSubject(deps, tx, subject),
  checkToken,
  redeemToken,
  shortenTokenLives,
  countUnreviewed: () => countUnreviewed(deps.db),
});
export type ApprovalsModule = ReturnType<typeof createApprovalsModule>;
