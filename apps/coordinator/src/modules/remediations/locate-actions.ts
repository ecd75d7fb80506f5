import { ACTION_OWNERS, type Action, type Target } from '@mcp-coordinator/contract/actions.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { findByName, type KeyedServer } from '@mcp-coordinator/core/assessments/server-keys';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';

type No = Refusal<'ambiguous_server' | 'target_required' | 'action_refused'>;

const targetOf = ({ installerId, server }: KeyedServer): Target => ({
  installerId,
  client: server.client,
  scope: server.scope,
  path: server.path,
});

const at = (refusal: No, index: number): No => ({
  ...refusal,
  errors: [{ path: `/proposedActions/${index}`, message: refusal.detail }, ...(refusal.errors ?? [])],
});

/**
 * Names the target of every action that leaves it out: the file its server stands in, and for an install the one file that
 * holds the assessment's servers (CONTRACT §4 "Propose").
 */
export function locateActions(
  actions: readonly Action[],
  servers: readonly KeyedServer[],
  assessed: readonly Target[],
): Result<Action[], No> {
  const located: Action[] = [];
  for (const [index, action] of actions.entries()) {
    const result = locate(action, servers, assessed);
    if (!result.ok) return deny(at(result.refusal, index));
    located.push(result.value);
  }
  return accept(located);
}

function locate(action: Action, servers: readonly KeyedServer[], assessed: readonly Target[]): Result<Action, No> {
  if (action.target) return accept(action);
  if (action.type === 'install_server') {
    const [only, ...more] = assessed;
    if (only && more.length === 0) return accept({ ...action, target: only });
    return deny(
      refuse(
        'target_required',
        `It is not clear which file ${action.serverName} should be installed into. Nothing was proposed. Name a target.`,
      ),
    );
  }
  const found = findByName(servers, action.serverName);
  if (!found.ok) return found;
  if (!found.value) {
    return deny(
      refuse(
        'action_refused',
        `No installer knows a server ${action.serverName}. Nothing was proposed. Check the name, or ask for a fresh assessment.`,
      ),
    );
  }
  return accept({ ...action, serverName: found.value.server.name, target: targetOf(found.value) });
}

/** The different files among these targets. */
function distinctTargets(targets: readonly Target[]): Target[] {
  const byPlace = new Map(
    targets.map((target) => [`${target.installerId}\0${target.client}\0${target.scope}\0${target.path}`, target]),
  );
  return [...byPlace.values()];
}

export const targetsOf = (servers: readonly KeyedServer[]): Target[] => distinctTargets(servers.map(targetOf));

/** Which server carries an action out. */
export const executorOf = (action: Action, complianceId: string | undefined): string | undefined =>
  ACTION_OWNERS[action.type] === 'compliance' ? complianceId : action.target?.installerId;
