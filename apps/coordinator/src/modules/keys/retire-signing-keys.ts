import type { Db, Tx } from '../../db/schema.ts';
import type { Clock } from '../../runtime.ts';
import type { RecordAudit } from '../audit/audit.module.ts';
import { retireKeys } from './signing-keys.store.ts';

export interface RetireDeps {
  clock: Clock;
  recordAudit: RecordAudit;
  actor: string;
}

/** Destroys replaced keys when nothing that they signed can count any more; what others need to go on, their public half, stays. */
export const retireSigningKeys = (deps: RetireDeps & { db: Db }): Promise<number> =>
  deps.db.transaction().execute((tx) => retireNow(deps, tx));

export async function retireNow({ clock, recordAudit, actor }: RetireDeps, tx: Tx): Promise<number> {
  const retired = await retireKeys(tx, clock());
  for (const { id, purpose } of retired) {
    await recordAudit(tx, { action: 'signing_key_retired', actor, target: id, details: { purpose } });
  }
  return retired.length;
}
