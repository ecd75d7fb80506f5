import type { Action, ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import type { INSTALLER_TOOLS } from '@mcp-coordinator/contract/mcp.contract';
import type { z } from 'zod';
import { whatIsFetched } from '../packages/package-argument.ts';
import { planOf } from './action-plan.ts';
import type { Desk } from './draft.ts';
import { draftAction } from './draft-action.ts';

export type ChangePreview = z.infer<typeof INSTALLER_TOOLS.preview_change.output>;

/** Plays a list of actions through in order, each on the files as the ones before would leave them. Writes and starts nothing. */
export async function previewChanges(actions: readonly Action[], desk: Desk): Promise<ChangePreview> {
  await askAhead(actions, desk);
  const plans: ActionPlan[] = [];
  const resolvedActions: Action[] = [];
  const refused: ChangePreview['refused'] = [];
  for (const action of actions) {
    const draft = await draftAction(action, desk);
    if (!draft.ok) {
      refused.push({ actionId: action.id, code: draft.refusal.code, reason: draft.refusal.detail });
      continue;
    }
    desk.copies.put(draft.value.config.at.realPath, draft.value.after.text);
    plans.push(planOf(draft.value, desk.machine));
    resolvedActions.push(draft.value.resolved);
  }
  return refused.length > 0 ? { plans: [], refused, resolvedActions: [] } : { plans, refused, resolvedActions };
}

/** The registry is asked for all packages at once; the simulation then finds the answers remembered. */
async function askAhead(actions: readonly Action[], { viewPackage }: Desk): Promise<void> {
  const wanted = actions.flatMap((action) => {
    if (action.type !== 'install_server' && action.type !== 'update_server') return [];
    const fetches = whatIsFetched(action.command ?? '', action.args ?? []);
    return 'argument' in fetches ? [{ ...fetches.argument, registry: fetches.kind }] : [];
  });
  await Promise.all(wanted.map(({ name, wanted: version, registry }) => viewPackage(name, version, registry)));
}
