import type { ApproverKeys } from '@mcp-coordinator/contract/consent.contract';
import type { Db } from '../../../db/schema.ts';
import { passkeysOfApprovers } from './passkeys.store.ts';

/** What an installer pins: the passkeys of all approvers, or of one person, and the site they are for. */
export async function approverKeys(
  { db, publicUrl }: { db: Db; publicUrl: URL },
  userId?: number,
): Promise<ApproverKeys | null> {
  const rows = await passkeysOfApprovers(db, userId);
  if (rows.length === 0) return null;
  const approvers = [...Map.groupBy(rows, (row) => row.username)].map(([username, own]) => ({
    username,
    passkeys: own.map(({ name, credentialId, publicKey }) => ({ name, credentialId, publicKey })),
  }));
  return { quorum: 1, rpId: publicUrl.hostname, origins: [publicUrl.origin], approvers };
}
