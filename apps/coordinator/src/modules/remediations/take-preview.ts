import { ACTION_OWNERS, type Action, type ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import { type AssessedServer, COMPLIANCE_TOOLS, INSTALLER_TOOLS } from '@mcp-coordinator/contract/mcp.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import type { KeyedServer } from '@mcp-coordinator/core/assessments/server-keys';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';
import type { ServersModule } from '../servers/servers.module.ts';
import { executorOf } from './locate-actions.ts';

export interface TakePreviewDeps {
  servers: Pick<ServersModule, 'call' | 'linked' | 'inventories' | 'demands'>;
  /** What no server may be given to read: the coordinator's own data. */
  protectedPaths: readonly string[];
}
export interface PreviewTaken {
  /** In the order of the actions. */
  plans: ActionPlan[];
  /** As they will run: exact versions filled in. */
  actions: Action[];
}
type No = Refusal<'server_unreachable' | 'action_refused' | 'target_required' | 'ambiguous_server'>;

const PREVIEW_TIMEOUT_MS = 30_000;

/** Asks every executor for the dry run of its actions, in order. Writes nothing anywhere. */
export async function takePreview(
  deps: TakePreviewDeps,
  actions: readonly Action[],
  servers: readonly KeyedServer[],
): Promise<Result<PreviewTaken, No>> {
  const [complianceId] = await deps.servers.linked('compliance');
  const groups = Map.groupBy(actions, (action) => executorOf(action, complianceId));
  const parts = await Promise.all([...groups].map(([executor, group]) => previewOf(deps, executor, group, servers)));
  const taken: PreviewTaken = { plans: [], actions: [] };
  for (const part of parts) {
    if (!part.ok) return part;
    taken.plans.push(...part.value.plans);
    taken.actions.push(...part.value.actions);
  }
  return inOrder(taken, actions);
}

/** The executors answered each for its own; here they stand in the proposal's order again, and none may be missing. */
function inOrder(taken: PreviewTaken, actions: readonly Action[]): Result<PreviewTaken, No> {
  const plans: ActionPlan[] = [];
  const resolved: Action[] = [];
  for (const { id } of actions) {
    const plan = taken.plans.find((one) => one.actionId === id);
    const action = taken.actions.find((one) => one.id === id);
    if (!plan || !action)
      return deny(
        refuse(
          'server_unreachable',
          `The dry run of ${id} is missing from what its server answered. Nothing was proposed.`,
        ),
      );
    plans.push(plan);
    resolved.push(action);
  }
  return accept({ plans, actions: resolved });
}

function previewOf(
  deps: TakePreviewDeps,
  executor: string | undefined,
  actions: Action[],
  servers: readonly KeyedServer[],
): Promise<Result<PreviewTaken, No>> {
  const [first] = actions;
  if (executor === undefined || !first) {
    return Promise.resolve(
      deny(
        refuse('server_unreachable', 'No server is linked that could carry this out. Nothing was proposed.', {
          retryAfterSeconds: 5,
        }),
      ),
    );
  }
  return ACTION_OWNERS[first.type] === 'installer'
    ? previewByInstaller(deps, executor, actions)
    : previewByCompliance(deps, executor, actions, servers);
}

async function previewByInstaller(
  deps: TakePreviewDeps,
  executor: string,
  actions: Action[],
): Promise<Result<PreviewTaken, No>> {
  const answer = await deps.servers.call(
    executor,
    'preview_change',
    INSTALLER_TOOLS.preview_change,
    { actions, protectedPaths: [...deps.protectedPaths] },
    { timeoutMs: PREVIEW_TIMEOUT_MS },
  );
  if (!answer.ok) return answer;
  const { plans, refused, resolvedActions } = answer.value;
  return refused.length > 0 ? deny(refusedActions(refused)) : accept({ plans, actions: resolvedActions });
}

async function previewByCompliance(
  deps: TakePreviewDeps,
  executor: string,
  actions: Action[],
  servers: readonly KeyedServer[],
): Promise<Result<PreviewTaken, No>> {
  const tool = COMPLIANCE_TOOLS.execute_remediation;
  const args = { operation: 'preview', actions, servers: snapshotsFor(actions, servers) } as const;
  const answer = await deps.servers.call(executor, 'execute_remediation', tool, args, {
    timeoutMs: PREVIEW_TIMEOUT_MS,
  });
  if (!answer.ok) return answer;
  const { plans = [], refused = [] } = answer.value;
  return refused.length > 0 ? deny(refusedActions(refused)) : accept({ plans, actions });
}

/** The snapshots that compliance actions speak of. */
export const snapshotsFor = (actions: readonly Action[], servers: readonly KeyedServer[]): AssessedServer[] =>
  servers
    .filter(({ server, installerId }) =>
      actions.some(
        ({ serverName, target }) =>
          serverName === server.name &&
          (!target || (target.installerId === installerId && target.path === server.path)),
      ),
    )
    .map(({ key, server, installerId }) => ({ key, snapshot: server, installerId }));

function refusedActions(
  refused: readonly {
    actionId: string;
    code: 'action_refused' | 'target_required' | 'ambiguous_server';
    reason: string;
  }[],
): No {
  const code = refused[0]?.code ?? 'action_refused';
  const errors = refused.map(({ actionId, reason }) => ({ path: `/proposedActions/${actionId}`, message: reason }));
  return refuse(
    code,
    `${refused.map(({ actionId, reason }) => `${actionId}: ${reason}`).join(' ')} Nothing was proposed.`,
    { errors },
  );
}
