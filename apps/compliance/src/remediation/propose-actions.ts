import { createHash } from 'node:crypto';
import type { Action, Target } from '@mcp-coordinator/contract/actions.contract';
import type { AssessmentResults, Finding } from '@mcp-coordinator/contract/findings.contract';
import type { AssessedServer } from '@mcp-coordinator/contract/mcp.contract';
import { launchBack } from '@mcp-coordinator/core/configuration/launch-back';
import { installerOfKey } from '../assessment/installer-of-key.ts';
import { RULES } from '../rules/rule-table.ts';
import { type Remedy, remedyOf } from './remedies.ts';

/** A finding's issue on a server that no action mends, and why. */
export interface Unresolved {
  readonly server: string;
  readonly issue: string;
  readonly reason: string;
}
export interface ProposedActions {
  readonly actions: Action[];
  readonly unresolved: Unresolved[];
}

type UpdateFix = NonNullable<Extract<Action, { type: 'update_server' }>['fixes']>[number];

/** Makes at most one action for each server: its removal, or one update with all fixes. Deterministic. */
export function proposeActions(
  results: AssessmentResults,
  servers: readonly AssessedServer[],
  issues: readonly string[] | undefined,
): ProposedActions {
  const byKey = new Map(servers.map((server) => [server.key, server]));
  const proposed: ProposedActions = { actions: [], unresolved: [] };
  for (const [key, result] of Object.entries(results.servers)) {
    const wanted = result.issues.filter((issue) => issues === undefined || issues.includes(issue));
    const remedies = wanted.map((issue) => remedyFor(issue, result.findings));
    addActions(proposed, key, byKey.get(key), remedies);
  }
  return proposed;
}

const NOT_KNOWN_HERE =
  'what stood there before holds values that never left the machine. A person has to put it back there, or approve it as it is.';

interface IssueRemedy {
  readonly issue: string;
  readonly remedy: Remedy;
}

function remedyFor(issue: string, findings: readonly Finding[] | undefined): IssueRemedy {
  const rule = RULES.find((known) => known.issue === issue);
  const own = findings?.filter((finding) => finding.issue === issue && finding.waived === undefined);
  return { issue, remedy: remedyOf(rule, own) };
}

function addActions(
  proposed: ProposedActions,
  key: string,
  server: AssessedServer | undefined,
  remedies: readonly IssueRemedy[],
): void {
  const reasons = remedies.flatMap(({ issue, remedy }) =>
    remedy.kind === 'none' ? [{ server: key, issue, reason: remedy.reason }] : [],
  );
  proposed.unresolved.push(...reasons);
  const mendable = remedies.filter(({ remedy }) => remedy.kind !== 'none');
  if (mendable.length === 0) return;
  const named = server?.snapshot == null ? undefined : addressOf(server);
  if (server?.snapshot == null || named === undefined) {
    proposed.unresolved.push(
      ...mendable.map(({ issue }) => ({ server: key, issue, reason: 'no snapshot of this server was handed over' })),
    );
    return;
  }
  const restores = mendable.filter(({ remedy }) => remedy.kind === 'restore');
  const added = restores.length > 0 && server.drift?.change === 'added';
  if (added || mendable.some(({ remedy }) => remedy.kind === 'remove')) {
    proposed.actions.push({ id: actionId(key, 'remove_server'), type: 'remove_server', ...named });
    return;
  }
  const before = restores.length === 0 ? undefined : server.drift?.before;
  const back = before === undefined ? null : launchBack(before, server.snapshot.launch);
  if (back === null)
    proposed.unresolved.push(...restores.map(({ issue }) => ({ server: key, issue, reason: NOT_KNOWN_HERE })));
  const mending = mendable.flatMap(({ remedy }): UpdateFix[] => (remedy.kind === 'fix' ? [remedy.fix] : []));
  const fixes = [...new Set([...mending, ...(back?.fixes ?? [])])].sort();
  if (fixes.length === 0 && Object.keys(back?.fields ?? {}).length === 0) return;
  proposed.actions.push({
    id: actionId(key, 'update_server'),
    type: 'update_server',
    ...named,
    ...back?.fields,
    fixes,
  });
}

/** The server's name with its target; where the installer is not known, its key is all there is. */
function addressOf(server: AssessedServer): { serverName: string; target?: Target } | undefined {
  const { key, snapshot, installerId } = server;
  if (snapshot === null) return undefined;
  const installer = installerId ?? installerOfKey(key, snapshot);
  const { client, scope, path, name } = snapshot;
  if (installer === undefined) return { serverName: key.length <= 200 ? key : name };
  return { serverName: name, target: { installerId: installer, client, scope, path } };
}

const actionId = (key: string, type: string): string =>
  `${type.replaceAll('_', '-')}-${createHash('sha256')
    .update(JSON.stringify([key.toWellFormed(), type]))
    .digest('hex')
    .slice(0, 16)}`;
