import type { Evidence, TargetFile } from './history.ts';
import { BEFORE, FILE, type World } from './world.ts';

const rows = (columns: string, from: string): string =>
  `(select coalesce(json_agg(row_to_json(one)), '[]') from (select ${columns} from ${from}) as one)`;
const ACTIONS = rows(
  'a.action_id as id, a.executor_id as machine, a.server_name as entry, a.status',
  'execution_actions a where a.execution_id = e.id order by a.position',
);
const QUERY = `select json_build_object(
  'assessments', ${rows('id, status', 'assessments')},
  'proposals', ${rows(`id, status, digest, (policy ->> 'quorum')::int as quorum`, 'remediations')},
  'votes', ${rows('proposal_id as "proposalId", user_id as "userId", decision, digest', 'approvals where proposal_id is not null')},
  'executions', ${rows(`e.id, e.proposal_id as "proposalId", e.status, ${ACTIONS} as actions`, 'executions e')},
  'audit', ${rows(
    `action, target, leaf_index is not null as "inTree", details::jsonb ->> 'actionId' as "actionId",
     details::jsonb ->> 'tokenId' as "tokenId", details::jsonb ->> 'digest' as digest`,
    'audit_logs',
  )})`;

/** What stands in the database and on the machines, read past the coordinators. */
export function readEvidence({ cluster: { database }, machines }: World): Evidence {
  const printed = database.client('psql', ['-U', `${database.name}_user`, '-d', database.name, '-At', '-c', QUERY]);
  const files = machines.map(({ served, target, kills }): TargetFile => {
    const entries = entriesIn(served.place.read(FILE));
    return { machine: served.serverId, entries, before: BEFORE, replaced: target.replaced(), kills };
  });
  // In the shape that the query gives it.
  return { ...(JSON.parse(printed) as Omit<Evidence, 'files'>), files };
}

function entriesIn(content: string): Record<string, unknown> | null {
  try {
    return (JSON.parse(content) as { mcpServers: Record<string, unknown> }).mcpServers;
  } catch {
    return null;
  }
}
