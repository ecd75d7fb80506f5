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

/** `---` and `+++` before a name head a file; they change nothing. */
const isChange = (line: string): boolean => /^[+-]/.test(line) && !/^(\+\+\+|---) /.test(line);
const changed = ({ diff }: ActionPlan): number => diff.split('\n').filter(isChange).length;

/** Paths; the same path on two machines is two files. */
const filesOf = (plans: readonly ActionPlan[]): string[] => {
  const files = new Map<string, string>();
  for (const { target, diff } of plans) {
    if (target && diff !== '') files.set(JSON.stringify([target.installerId, target.path]), target.path);
  }
  return [...files.values()];
};

/** What a preview touches, summed over its plans. */
export const effectOf = (plans: readonly ActionPlan[]): Effect => ({
  installers: distinct(plans.flatMap(({ target }) => (target ? [target.installerId] : []))),
  clients: distinct(plans.flatMap(({ target }) => (target ? [target.client] : []))),
  files: filesOf(plans),
  restart: distinct(plans.flatMap(({ restart }) => restart)),
  undo: distinct(plans.map(({ undo }) => undo.description)),
  changedLines: plans.reduce((sum, plan) => sum + changed(plan), 0),
});

/** Intents in the order of the actions, each sentence once for each server, with how many places it has. */
export const intentsOf = (plans: readonly ActionPlan[]): { serverName: string; intent: Intent; places: number }[] => {
  const lines = new Map<string, { serverName: string; intent: Intent; places: number }>();
  for (const { serverName, intents } of plans) {
    for (const intent of intents) {
      const key = JSON.stringify([serverName, intent]);
      lines.set(key, { serverName, intent, places: (lines.get(key)?.places ?? 0) + 1 });
    }
  }
  return [...lines.values()];
};

/**
 * Plans that change the same lines of a server of the same name in the same way, together: one look suffices for all of them.
 * What differs by a single character stands alone.
 */
export const identicalChanges = (plans: readonly ActionPlan[]): [ActionPlan, ...ActionPlan[]][] => {
  const groups = new Map<string, [ActionPlan, ...ActionPlan[]]>();
  for (const plan of plans.filter(({ diff }) => diff !== '')) {
    const { type, serverName, intents, diff } = plan;
    const key = JSON.stringify([type, serverName, intents, diff.split('\n').filter(isChange)]);
    const group = groups.get(key);
    if (group) group.push(plan);
    else groups.set(key, [plan]);
  }
  return [...groups.values()];
};
