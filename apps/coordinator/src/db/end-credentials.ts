import { sql } from 'kysely';
import type { Tx } from './schema.ts';

/**
 * After a restore: whatever let somebody in or spoke for somebody when the copy was made. Who had signed out, used a token or
 * sent a request since then would otherwise be able to do so again.
 */
export async function endCredentials(tx: Tx, now: Date): Promise<void> {
  await sql`update sessions set ended_at = ${now}, end_reason = 'restored' where ended_at is null`.execute(tx);
  await sql`update approval_tokens set revoked_at = ${now} where revoked_at is null and redeemed_at is null`.execute(
    tx,
  );
  await sql`delete from idempotency_keys`.execute(tx);
}
