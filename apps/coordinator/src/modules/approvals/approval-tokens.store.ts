import { randomBytes } from 'node:crypto';
import type { ApprovalTokenView } from '@mcp-coordinator/contract/auth.contract';
import { APPROVING_ROLES, type Role } from '@mcp-coordinator/contract/permissions';
import type { Assertion } from '@mcp-coordinator/contract/second-factors.contract';
import type { ApprovalTokenState, TokenSubject } from '@mcp-coordinator/core/approvals/approval-token';
import { type Selectable, sql } from 'kysely';
import { cappedCount, type PageRequest, pageOf } from '../../db/paging.ts';
import type { Db, Schema, Tx } from '../../db/schema.ts';
import { sha256Hex } from '../../runtime.ts';

export interface ApprovalTokenRow extends Selectable<Schema['approval_tokens']> {
  holder_disabled: boolean;
  holder_role: Role;
  role_changed_at: Date;
  access_given_at: Date | null;
}

/** 256 random bits; only their hash is stored. */
export const newApprovalToken = (): string => `mcpa_${randomBytes(32).toString('base64url')}`;

export interface NewApprovalToken {
  id: string;
  token: string;
  userId: number;
  reason: string;
  now: Date;
  expiresAt: Date;
  proposalId?: string | undefined;
  assessmentId?: string | undefined;
  policyChangeId?: string | undefined;
  reviewOf?: string | undefined;
  digest: string | null;
  stepUp: 'totp' | 'passkey' | null;
  /** What a passkey signed, kept as it came: whoever knows the public key can verify it anew. */
  assertion: Assertion | undefined;
  /** What it signed: null where it was asked for no subject. */
  signedDigest: string | null;
}

export async function insertApprovalToken(tx: Tx, token: NewApprovalToken): Promise<void> {
  await tx
    .insertInto('approval_tokens')
    .values({
      id: token.id,
      token_hash: sha256Hex(token.token),
      user_id: token.userId,
      reason: token.reason,
      created_at: token.now,
      expires_at: token.expiresAt,
      proposal_id: token.proposalId ?? null,
      assessment_id: token.assessmentId ?? null,
      policy_change_id: token.policyChangeId ?? null,
      review_of: token.reviewOf ?? null,
      digest: token.digest,
      step_up: token.stepUp,
      assertion_credential_id: token.assertion?.id ?? null,
      assertion_authenticator_data: token.assertion?.response.authenticatorData ?? null,
      assertion_client_data: token.assertion?.response.clientDataJSON ?? null,
      assertion_signature: token.assertion?.response.signature ?? null,
      signed_digest: token.signedDigest,
    })
    .execute();
}

const withHolder = (db: Db, token: string) =>
  db
    .selectFrom('approval_tokens')
    .innerJoin('users', 'users.id', 'approval_tokens.user_id')
    .selectAll('approval_tokens')
    .select(['users.disabled as holder_disabled', 'users.role as holder_role'])
    .select(['users.role_changed_at', 'users.access_given_at'])
    .where('token_hash', '=', sha256Hex(token));

/**
 * Locked until the transaction ends: of two who present it at once, the second sees what the first did. Its holder too, so
 * that who is being disabled or demoted was so before or will be after, and never in between.
 */
export const lockApprovalToken = (tx: Tx, token: string): Promise<ApprovalTokenRow | undefined> =>
  withHolder(tx, token).forUpdate('approval_tokens').forShare('users').executeTakeFirst();

export const findApprovalToken = (db: Db, token: string): Promise<ApprovalTokenRow | undefined> =>
  withHolder(db, token).executeTakeFirst();

/** As they were when they minted it: whoever was demoted or disabled in between, or let in by another, mints anew. */
const holderMay = (row: ApprovalTokenRow): boolean =>
  !row.holder_disabled &&
  APPROVING_ROLES.some((role) => role === row.holder_role) &&
  [row.role_changed_at, row.access_given_at].every((changed) => changed === null || changed <= row.created_at);

export const tokenState = (row: ApprovalTokenRow | undefined): ApprovalTokenState | undefined =>
  row && {
    userId: row.user_id,
    holderMay: holderMay(row),
    expiresAt: row.expires_at,
    revoked: row.revoked_at !== null,
    redeemed: row.redeemed_at !== null,
    approved: row.approved_at !== null,
    proposalId: row.proposal_id,
    assessmentId: row.assessment_id,
    policyChangeId: row.policy_change_id,
    reviewOf: row.review_of,
    digest: row.digest,
  };

const SUBJECT_COLUMNS = {
  proposal: 'proposal_id',
  assessment: 'assessment_id',
  policy_change: 'policy_change_id',
  review: 'review_of',
} as const satisfies Record<TokenSubject['kind'], keyof ApprovalTokenRow>;

/** Binds the token to what it was first used for; answers false when another use came first. */
export async function saveApprovedWith(tx: Tx, id: string, use: TokenSubject, now: Date): Promise<boolean> {
  const updated = await tx
    .updateTable('approval_tokens')
    .set({ [SUBJECT_COLUMNS[use.kind]]: use.id, digest: use.digest, approved_at: now })
    .where('id', '=', id)
    .where('approved_at', 'is', null)
    .where('redeemed_at', 'is', null)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return updated.numUpdatedRows === 1n;
}

export async function saveRedeemed(
  tx: Tx,
  id: string,
  use: { proposalId: string; digest: string },
  now: Date,
): Promise<boolean> {
  const updated = await tx
    .updateTable('approval_tokens')
    .set({ proposal_id: use.proposalId, digest: use.digest, redeemed_at: now })
    .where('id', '=', id)
    .where('redeemed_at', 'is', null)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return updated.numUpdatedRows === 1n;
}

export const lockOwnToken = (tx: Tx, id: string, userId: number) =>
  tx
    .selectFrom('approval_tokens')
    .selectAll()
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .forUpdate()
    .executeTakeFirst();

export async function saveRevoked(tx: Tx, id: string, now: Date): Promise<void> {
  await tx.updateTable('approval_tokens').set({ revoked_at: now }).where('id', '=', id).execute();
}

/** Holds tokens that are open to a shorter life, counted from their minting. */
export async function shortenTokenLives(tx: Tx, minutes: number): Promise<void> {
  const end = sql<Date>`created_at + make_interval(mins => ${minutes}::int)`;
  await tx
    .updateTable('approval_tokens')
    .set({ expires_at: end })
    .where('redeemed_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', end)
    .execute();
}

function stateOf(row: Selectable<Schema['approval_tokens']>, now: Date): ApprovalTokenView['state'] {
  if (row.revoked_at) return 'revoked';
  if (row.redeemed_at) return 'used';
  return row.expires_at.getTime() <= now.getTime() ? 'expired' : 'open';
}

export async function listOwnTokens(db: Db, userId: number, page: PageRequest, now: Date) {
  const query = db.selectFrom('approval_tokens').where('user_id', '=', userId);
  const counted = await cappedCount(db, query.select('id'));
  const rows = await query
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .offset(page.offset ?? 0)
    .execute();
  const { rows: shown, ...rest } = pageOf(rows, page, counted, (row) => ({ at: row.created_at, id: row.id }));
  const approvalTokens = shown.map(
    (row): ApprovalTokenView => ({
      id: row.id,
      reason: row.reason,
      createdAt: row.created_at.toISOString(),
      expiresAt: row.expires_at.toISOString(),
      state: stateOf(row, now),
      proposalId: row.proposal_id,
      assessmentId: row.assessment_id,
      policyChangeId: row.policy_change_id,
      reviewOf: row.review_of,
      digest: row.digest,
    }),
  );
  return { approvalTokens, ...rest, nextCursor: null };
}
