import type { ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import type { Inventory } from '@mcp-coordinator/contract/inventory.contract';

/**
 * Files that are not as the dry run saw them, by what their installers report now. Only what is known to differ: a file that
 * no report speaks of, or that does not parse, is left to the coordinator, which looks again before it runs anything.
 */
export const staleFiles = (
  plans: readonly ActionPlan[],
  inventories: readonly { installerId: string; inventory: Pick<Inventory, 'files'> }[],
): string[] => {
  // Later plans for the same file start from what the earlier ones leave.
  const first = new Map<string, ActionPlan>();
  for (const plan of plans) {
    const key = plan.target && JSON.stringify([plan.target.installerId, plan.target.path]);
    if (key !== null && !first.has(key)) first.set(key, plan);
  }
  return [...first.values()].flatMap(({ target, sectionHash }) => {
    const reported = inventories.find(({ installerId }) => installerId === target?.installerId);
    const now = reported?.inventory.files.find(({ path }) => path === target?.path)?.sectionHash;
    return target && now !== undefined && now !== null && now !== sectionHash ? [target.path] : [];
  });
};
