import type { Action } from '@mcp-coordinator/contract/actions.contract';
import type { AssessedServer } from '@mcp-coordinator/contract/mcp.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from '@mcp-coordinator/core/result';

export type ActionRefusal = Refusal<'action_refused' | 'target_required' | 'ambiguous_server'>;

/** The one server an action speaks of; undefined when no snapshot of it was handed over. */
export function findSubject(
  action: Action,
  servers: readonly AssessedServer[],
): Result<AssessedServer | undefined, ActionRefusal> {
  const exact = servers.filter(({ key }) => key === action.serverName);
  const named = exact.length > 0 ? exact : servers.filter(({ snapshot }) => snapshot?.name === action.serverName);
  const matches = named.filter((server) => isAt(server, action.target));
  if (matches.length > 1) {
    const keys = matches.map(({ key }) => key).join(', ');
    return deny(
      refuse('ambiguous_server', `${action.serverName} could be any of ${keys}. Nothing was changed. Name the target.`),
    );
  }
  return accept(matches[0]);
}

function isAt({ snapshot, installerId }: AssessedServer, target: Action['target']): boolean {
  if (target === undefined || snapshot === null) return true;
  const sameFile =
    snapshot.client === target.client && snapshot.scope === target.scope && snapshot.path === target.path;
  return sameFile && (installerId === undefined || installerId === target.installerId);
}
