import { ACTION_OWNERS, type Action } from '@mcp-coordinator/contract/actions.contract';
import { idSchema } from '@mcp-coordinator/contract/fields';
import type { AssessmentResults } from '@mcp-coordinator/contract/findings.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import type { LeftOut, Rollout, RolloutRequest } from '@mcp-coordinator/contract/remediations.contract';
import type { KeyedServer } from '@mcp-coordinator/core/assessments/server-keys';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import {
  type ChosenMachine,
  chooseMachines,
  type LabelledInventory,
} from '@mcp-coordinator/core/rollouts/choose-machines';
import { locateActions } from './locate-actions.ts';
import { type PreviewTaken, type TakePreviewDeps, takePreview } from './take-preview.ts';

/** More of them would be a plan that nobody reads. */
const ACTIONS_MAX = 2_000;

export interface PlannedRollout {
  readonly preview: PreviewTaken;
  readonly rollout: Rollout;
  readonly leftOut: LeftOut[];
}
type No = Refusal<'invalid_request' | 'action_refused'>;

/** The dry run of the same change on every machine of a group that could be asked and does not refuse it. */
export async function planRollout(
  deps: TakePreviewDeps,
  request: { readonly actions: readonly Action[]; readonly rollout: RolloutRequest },
  inventories: readonly LabelledInventory[],
  servers: readonly KeyedServer[],
  results: AssessmentResults | undefined,
): Promise<Result<PlannedRollout, No>> {
  const { actions, rollout } = request;
  const wrong = contradiction(actions, rollout, results);
  if (wrong) return deny(wrong);
  const { machines, unknown } = chooseMachines(rollout.group, inventories, servers, foundIn(results, rollout));
  if (machines.length * actions.length > ACTIONS_MAX)
    return deny(
      refuse(
        'invalid_request',
        `It would be ${machines.length * actions.length} actions; ${ACTIONS_MAX} is the most. Nothing was proposed. Name a smaller group.`,
      ),
    );
  const planned = await Promise.all(machines.map((machine) => planOn(deps, actions, machine, servers)));
  const leftOut = [
    ...unknown.map((installerId) => ({ installerId, reason: 'no machine of this name has reported an inventory' })),
    ...planned.flatMap(({ installerId, preview }) =>
      preview.ok
        ? []
        : [{ installerId, reason: preview.refusal.detail.replaceAll('Nothing was proposed.', '').trim() }],
    ),
  ];
  const taken = planned.flatMap(({ installerId, preview }) => (preview.ok ? [{ installerId, ...preview.value }] : []));
  if (taken.length === 0) return deny(nobodyLeft(leftOut));
  return accept({
    preview: { plans: taken.flatMap(({ plans }) => plans), actions: taken.flatMap((one) => one.actions) },
    rollout: { ...rollout, machines: taken.map(({ installerId }) => installerId) },
    leftOut,
  });
}

function contradiction(
  actions: readonly Action[],
  { group }: RolloutRequest,
  results: AssessmentResults | undefined,
): No | undefined {
  const errors = actions.flatMap((action, index) => {
    const path = `/proposedActions/${index}`;
    if (ACTION_OWNERS[action.type] !== 'installer')
      return [{ path: `${path}/type`, message: 'changes no machine, so that it cannot be rolled out' }];
    return action.target ? [{ path: `${path}/target`, message: 'is for the rollout to say' }] : [];
  });
  if (group.finding !== undefined && !results)
    errors.push({ path: '/rollout/group/finding', message: 'needs the assessmentId that it was found by' });
  return errors.length > 0
    ? refuse('invalid_request', 'This cannot be rolled out. Nothing was proposed.', { errors })
    : undefined;
}

function foundIn(results: AssessmentResults | undefined, { group }: RolloutRequest): Set<string> {
  const servers = Object.entries(results?.servers ?? {});
  const has = (findings: readonly { rule: string; waived?: unknown }[] = []): boolean =>
    findings.some(({ rule, waived }) => rule === group.finding && waived === undefined);
  return new Set(servers.filter(([, { findings }]) => has(findings)).map(([key]) => key));
}

interface OnMachine {
  readonly installerId: string;
  readonly preview: Result<PreviewTaken, { detail: string }>;
}

async function planOn(
  deps: TakePreviewDeps,
  actions: readonly Action[],
  { installerId, servers, files }: ChosenMachine,
  all: readonly KeyedServer[],
): Promise<OnMachine> {
  const own = actions.map((action) => ({ ...action, id: `${action.id}@${installerId}` }));
  if (own.some(({ id }) => !idSchema.safeParse(id).success))
    return { installerId, preview: deny({ detail: 'an action and this machine together have too long a name' }) };
  // A name is looked for among the servers of this machine alone, where it stands for itself.
  const here = servers.map((one) => ({ ...one, key: one.server.name }));
  const targets = files.map(({ client, scope, path }) => ({ installerId, client, scope, path }));
  const placed = locateActions(own, ambiguousApart(here), targets);
  return { installerId, preview: placed.ok ? await takePreview(deps, placed.value, all) : placed };
}

/** Two files of a machine may hold servers of one name: then the name is not enough, and says so. */
const ambiguousApart = (servers: readonly KeyedServer[]): KeyedServer[] =>
  servers.map((one) =>
    servers.some((other) => other !== one && other.key === one.key)
      ? {
          ...one,
          key: `${one.installerId}/${one.server.client}/${one.server.scope}/${one.server.name} (${one.server.path})`,
        }
      : one,
  );

function nobodyLeft(leftOut: readonly LeftOut[]): No {
  const errors = leftOut.map(({ installerId, reason }) => ({
    path: '/rollout/group',
    message: `${installerId}: ${reason}`,
  }));
  return refuse('action_refused', 'It can be done on no machine of this group. Nothing was proposed.', { errors });
}
