import type { ActionPlan, Intent } from '@mcp-coordinator/contract/actions.contract';
import type { Proposal } from '@mcp-coordinator/contract/remediations.contract';

const distinct = <T>(items: readonly T[]): T[] => [...new Set(items)];

/** “filesystem@build-07”: where each action lands, each place once. */
export const targetPlaces = ({ proposedActions }: Pick<Proposal, 'proposedActions'>): string[] =>
  distinct(
    proposedActions.map(({ serverName, target }) => (target ? `${serverName}@${target.installerId}` : serverName)),
  );

export interface Effect {
  installers: string[];
  clients: string[];
  files: string[];
  restart: string[];
  undo: string[];
  changedLines: number;
}

const changed = ({ diff }: ActionPlan): number =>
  diff.split('\n').filter((line) => /^[+-]/.test(line) && !/^(\+\+\+|---)/.test(line)).length;

/** What a preview touches, summed over its plans. */
export const effectOf = (plans: readonly ActionPlan[]): Effect => ({
  installers: distinct(plans.flatMap(({ target }) => (target ? [target.installerId] : []))),
  clients: distinct(plans.flatMap(({ target }) => (target ? [target.client] : []))),
  files: distinct(plans.flatMap(({ target, diff }) => (target && diff !== '' ? [target.path] : []))),
  restart: distinct(plans.flatMap(({ restart }) => restart)),
  undo: distinct(plans.map(({ undo }) => undo.description)),
  changedLines: plans.reduce((sum, plan) => sum + changed(plan), 0),
});

/** Intents in the order of the actions, each sentence once for each server. */
export const intentsOf = (plans: readonly ActionPlan[]): { serverName: string; intent: Intent }[] =>
  plans.flatMap(({ serverName, intents }) => intents.map((intent) => ({ serverName, intent })));
