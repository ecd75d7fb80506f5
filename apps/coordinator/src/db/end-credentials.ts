import { TOTP_PERIOD_SECONDS } from '@mcp-coordinator/core/auth/totp';
import { sql } from 'kysely';
import type { Tx } from './schema.ts';

/**
 * After a restore: whatever let somebody in or spoke for somebody when the copy was made. Who had signed out, used a token,
 * spent a code or sent a request since then would otherwise be able to do so again. Of an authenticator app the codes up to
 * this moment count as spent.
 */
export async function endCredentials(tx: Tx, now: Date): Promise<void> {
  await sql`update sessions set ended_at = ${now}, end_reason = 'restored' where ended_at is null`.execute(tx);
  await sql`update approval_tokens set revoked_at = ${now} where revoked_at is null and redeemed_at is null`.execute(
    tx,
  );
  await sql`delete from idempotency_keys`.execute(tx);
  await sql`delete from passkey_challenges`.execute(tx);
  await sql`update recovery_codes set used_at = ${now} where used_at is null`.execute(tx);
  const step = Math.floor(now.getTime() / 1000 / TOTP_PERIOD_SECONDS);
  await sql`update totp_factors set last_step = greatest(last_step, ${step}::int)`.execute(tx);
}
