import type { ApprovalPolicy } from '@mcp-coordinator/core/approvals/approval-policy';
import type { Db, Tx } from '../../db/schema.ts';
import type { Handlers } from '../../http/handlers.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';

export interface PoliciesModuleDeps {
  db: Db;
  clock: Clock;
  recordAudit: RecordAudit;
  /** From the environment; alters nothing once a policy is stored. */
  seed: Omit<ApprovalPolicy, 'version'>;
}
type StoredPolicy = ApprovalPolicy & { since: Date };

/** The stored approval policy, version by version. */
export function createPoliciesModule({ db, clock, recordAudit, seed }: PoliciesModuleDeps) {
  const find = async (from: Db | Tx): Promise<StoredPolicy | undefined> => {
    const row = await from
      .selectFrom('policies')
      .selectAll()
      .where('name', '=', 'approval')
      .orderBy('version', 'desc')
      .limit(1)
      .executeTakeFirst();
    // Only this module writes rows of that name, with a document of that shape.
    return (
      row && {
        ...(row.document as unknown as Omit<ApprovalPolicy, 'version'>),
        version: row.version,
        since: row.created_at,
      }
    );
  };
  const current = async (from: Db | Tx): Promise<StoredPolicy> => {
    const policy = await find(from);
    if (!policy) throw new Error('no approval policy is stored; it is seeded at the start');
    return policy;
  };
  const handlers: Handlers<'showApprovalPolicy'> = {
    showApprovalPolicy: async () => {
      const { since, ...policy } = await current(db);
      return { status: 200, body: { success: true, policy: { ...policy, since: since.toISOString() } } };
    },
  };
  return {
    handlers,
    current,
    /** Stores the first version, where there is none. Two instances may start at once. */
    start: async (): Promise<void> => {
      await db.transaction().execute(async (tx) => {
        const inserted = await tx
          .insertInto('policies')
          .values({ name: 'approval', version: 1, document: JSON.stringify(seed), created_at: clock() })
          .onConflict((conflict) => conflict.columns(['name', 'version']).doNothing())
          .returning('version')
          .executeTakeFirst();
        if (inserted)
          await recordAudit(tx, {
            action: 'policy_seeded',
            actor: 'system',
            target: 'approval',
            details: { version: 1, ...seed },
          });
      });
    },
  };
}
export type PoliciesModule = ReturnType<typeof createPoliciesModule>;
