import type { Action } from '@mcp-coordinator/contract/actions.contract';
import type { MachineDemand } from '@mcp-coordinator/contract/consent.contract';
import type { PolicyPair } from '@mcp-coordinator/core/approvals/approval-policy';
import type { DecidableProposal } from '@mcp-coordinator/core/approvals/decide-approval';
import { foldVotes, type Tally } from '@mcp-coordinator/core/approvals/fold-votes';
import type { SubjectAction } from '@mcp-coordinator/core/approvals/server-match';
import type { Db } from '../../db/schema.ts';
import type { PoliciesModule } from '../policies/policies.module.ts';
import type { ServersModule } from '../servers/servers.module.ts';
import { type ProposalRow, votesOfAll } from './remediations.store.ts';

export const subjectActions = (actions: readonly Action[]): SubjectAction[] =>
  actions.map(({ type, serverName, target }) => ({
    type,
    serverName,
    client: target?.client ?? null,
    installerId: target?.installerId ?? null,
  }));

/** What the rules need to know of a proposal. */
export const decidable = (row: ProposalRow, demands: readonly MachineDemand[]): DecidableProposal => ({
  id: row.id,
  status: row.status,
  priority: row.priority,
  digest: row.digest,
  expiresAt: row.expires_at,
  proposerId: row.proposer_id,
  keyMadeBy: row.key_made_by,
  actions: subjectActions(row.actions),
  demands,
});

const WAITING: readonly ProposalRow['status'][] = ['pending', 'approved'];

/** How far the approvals of those have come that are undecided, or approved and not run: by the fold that decides, too. */
export async function tallyProposals(
  {
    db,
    policies,
    servers,
  }: { db: Db; policies: Pick<PoliciesModule, 'pair'>; servers: Pick<ServersModule, 'demands'> },
  rows: readonly ProposalRow[],
): Promise<Map<string, Tally>> {
  const waiting = rows.filter((row) => WAITING.includes(row.status));
  const votes = await votesOfAll(
    db,
    waiting.map((row) => row.id),
  );
  const pairs = new Map<number, PolicyPair>();
  for (const version of new Set(waiting.map((row) => row.policy.version)))
    pairs.set(version, await policies.pair(db, version));
  const demands = await servers.demands(db);
  const tallies = new Map<string, Tally>();
  for (const row of waiting) {
    const rules = pairs.get(row.policy.version);
    if (rules) tallies.set(row.id, foldVotes(rules, decidable(row, demands), votes.get(row.id) ?? []));
  }
  return tallies;
}
