import type { ApprovalPolicyDocument } from '@mcp-coordinator/contract/policies.contract';
import type { Db } from '../../db/schema.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import { insertPolicy } from './policies.store.ts';

/** What the environment can say about approvals. */
export interface PolicySeed {
  quorum: number;
  quorumCritical: number;
  secondPerson: boolean;
  proposalHours: number;
  approvalHours: number;
}

/** A day is the most that a token may live (CONTRACT §3). */
const TOKEN_MINUTES = 1440;

const seedDocument = (seed: PolicySeed): ApprovalPolicyDocument => ({
  quorum: seed.quorum,
  quorumByPriority: { critical: seed.quorumCritical },
  quorumByServer: [],
  secondPerson: seed.secondPerson,
  approvers: [],
  maximumAges: {
    proposalHours: seed.proposalHours,
    approvalHours: seed.approvalHours,
    tokenMinutes: TOKEN_MINUTES,
  },
  changeWindows: [],
  approveInsideWindows: false,
  mfa: { approve: false, execute: false, manageUsers: false },
  passkeys: { always: false, servers: [] },
  breakGlass: false,
});

/** Stores the first version, where there is none; afterwards the environment alters nothing. Two instances may start at once. */
export const seedPolicy = (
  { db, clock, recordAudit }: { db: Db; clock: Clock; recordAudit: RecordAudit },
  seed: PolicySeed,
): Promise<void> =>
  db.transaction().execute(async (tx) => {
    const document = seedDocument(seed);
    if (!(await insertPolicy(tx, 1, document, clock()))) return;
    const details = { version: 1, ...document };
    await recordAudit(tx, { action: 'policy_seeded', actor: 'system', target: 'approval', details });
  });
