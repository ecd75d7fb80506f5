import type { AuditVerification } from '@mcp-coordinator/contract/audit.contract';
import { newestCheckpoint, prunedSize } from '../tree.store.ts';
import type { BackgroundVerifier } from './background-verifier.ts';
import { type VerifyDeps, verifyAudit } from './verify-audit.ts';

/** Up to here a whole verification takes less than people wait for. */
const FRESH_BELOW = 100_000;

interface VerificationAnswer extends AuditVerification {
  running: { startedAt: string; verified: number; total: number } | null;
}

/** A part, or a small log, verified afresh; else what the background verifier found last, and what it is at now. */
export async function showVerification(
  deps: VerifyDeps & { readonly verifier: BackgroundVerifier },
  { full, from, to }: { full: boolean; from?: number | undefined; to?: number | undefined },
): Promise<VerificationAnswer> {
  const { db, verifier } = deps;
  if (full) await verifier.begin();
  const { running, finished } = await verifier.state();
  const progress = running && {
    startedAt: running.startedAt.toISOString(),
    verified: running.verified,
    total: running.total,
  };
  const size = (await newestCheckpoint(db))?.size ?? 0;
  const first = await prunedSize(db);
  if (from !== undefined || to !== undefined) return { ...(await verifyAudit(deps, { from, to })), running: progress };
  if (!full && size - first < FRESH_BELOW) return { ...(await verifyAudit(deps)), running: progress };
  const known = finished ?? { valid: null, size, first, rootHash: null, checkedAt: null, problems: [] };
  return { ...known, running: progress };
}
