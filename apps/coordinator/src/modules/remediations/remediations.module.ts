import type { Action, ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import { keyServers } from '@mcp-coordinator/core/assessments/server-keys';
import type { Logger } from 'pino';
import type { Db, Tx } from '../../db/schema.ts';
import { digestNow } from './digest-now.ts';
import { type ExpireProposalsDeps, expireProposals } from './expire-proposals.ts';
import { executorOf } from './locate-actions.ts';
import { consentFor } from './proposal-consent.ts';
import type { ProposeRemediationDeps } from './propose-remediation.ts';
import { createRemediationsRoutes } from './remediations.routes.ts';
import {
  findProposal,
  lockProposal,
  markBreakGlass,
  type ProposalRow,
  saveProposalTransition,
  shortenLives,
  undecided,
  votesOf,
} from './remediations.store.ts';
import { openAction } from './seal-actions.ts';
import { supersede } from './supersede-proposal.ts';
import { snapshotsFor, takePreview } from './take-preview.ts';
import { decidable } from './tally-proposals.ts';

export type { ProposalRow } from './remediations.store.ts';
export type RemediationsModuleDeps = ProposeRemediationDeps & ExpireProposalsDeps & { log: Logger };

const EXPIRE_EVERY_MS = 15_000;

export function createRemediationsModule(deps: RemediationsModuleDeps) {
  let timer: NodeJS.Timeout | undefined;
  const expire = (): Promise<number> => expireProposals(deps);
  return {
    handlers: createRemediationsRoutes(deps),
    find: findProposal,
    lock: lockProposal,
    votesOf,
    decidable: async (from: Db | Tx, row: ProposalRow) => decidable(row, await deps.servers.demands(from)),
    /** What people signed of a proposal, for the machine that carries out one of its actions. */
    consentFor: (proposal: ProposalRow, actionId: string) => consentFor(deps.db, proposal, actionId),
    shortenLives,
    markBreakGlass,
    saveTransition: saveProposalTransition,
    supersede: (tx: Tx, proposal: Pick<ProposalRow, 'id' | 'status'>, reason: string, actor: string) =>
      supersede(deps, tx, proposal, reason, actor),
    /** The dry run of actions as they would go now. */
    preview: async (actions: readonly Action[]) =>
      takePreview(deps, actions, keyServers(await deps.servers.inventories())),
    digestNow: (proposal: ProposalRow, plans: readonly ActionPlan[]) => digestNow(deps, proposal, plans),
    /** The snapshots that compliance actions speak of, as they are now. */
    snapshotsFor: async (actions: readonly Action[]) =>
      snapshotsFor(actions, keyServers(await deps.servers.inventories())),
    /** The actions of a proposal with their values, for those who apply them. */
    openActions: ({ id, actions, sealed }: Pick<ProposalRow, 'id' | 'actions' | 'sealed'>): Action[] =>
      actions.map((action) => openAction(deps.keys, id, action, sealed)),
    executorOf,
    /** Proposals that wait for a person. */
    undecided: () => undecided(deps.db),
    expire,
    start: (): void => {
      timer = setInterval(
        () =>
          void expire().catch((error: unknown) =>
            deps.log.warn({ err: error }, 'proposals could not be expired; trying again'),
          ),
        EXPIRE_EVERY_MS,
      );
    },
    stop: (): void => clearInterval(timer),
  };
}
export type RemediationsModule = ReturnType<typeof createRemediationsModule>;
