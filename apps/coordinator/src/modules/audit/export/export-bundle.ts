import { BUNDLE_END, BUNDLE_KIND, type BundleEnd, type BundleHead } from '@mcp-coordinator/core/audit/bundle';
import { inclusionRanges } from '@mcp-coordinator/core/audit/inclusion-proof';
import { frontierRanges, restRanges } from '@mcp-coordinator/core/audit/leaf-range';
import type { Db } from '../../../db/schema.ts';
import type { AuditFilter } from '../audit.store.ts';
import { hex } from '../merkle-bytes.ts';
import { proofsOf, rootsOf } from '../prove-log.ts';
import type { CheckpointRow } from '../tree.store.ts';
import { type BundledRecord, bundledRecords } from './bundle.store.ts';

const BATCH = 500;

export interface BundlePart {
  readonly first: number;
  readonly end: number;
  readonly checkpoint: CheckpointRow;
  readonly verifierKey: string;
  /** A complete bundle where absent: then two short lists of hashes prove all of it, else each record its own place. */
  readonly filter?: AuditFilter | undefined;
}

/** Records that prove themselves, as lines (see `bundle.ts` of the core), read only as fast as they are taken. */
export async function* exportBundle(db: Db, part: BundlePart): AsyncGenerator<string> {
  const { first, end, checkpoint, verifierKey, filter } = part;
  const complete = filter === undefined;
  const head: BundleHead = {
    ...{ kind: BUNDLE_KIND, version: 1, complete, first, end },
    left: complete ? await hashes(db, frontierRanges(first)) : [],
    right: complete ? await hashes(db, restRanges(end, checkpoint.size)) : [],
    ...{ checkpoint: checkpoint.note, verifierKey },
  };
  yield `${JSON.stringify(head)}\n`;
  let count = 0;
  for (let next = first; ; ) {
    const records = await bundledRecords(db, filter ?? {}, { from: next, before: end }, BATCH);
    const last = records.at(-1);
    if (last === undefined) break;
    yield await linesOf(db, records, complete ? undefined : checkpoint.size);
    count += records.length;
    next = last.leafIndex + 1;
  }
  yield `${JSON.stringify({ kind: BUNDLE_END, count } satisfies BundleEnd)}\n`;
}

async function linesOf(db: Db, records: readonly BundledRecord[], size: number | undefined): Promise<string> {
  const proofs =
    size === undefined
      ? undefined
      : await proofsOf(
          db,
          records.map(({ leafIndex }) => inclusionRanges(leafIndex, size)),
        );
  const line = ({ leafIndex, leaf, salt, details }: BundledRecord, at: number): string => {
    const proof = proofs === undefined ? '' : `,"proof":${JSON.stringify((proofs[at] ?? []).map(hex))}`;
    // The details are JSON text already, and stay as they were hashed.
    return `{"leafIndex":${leafIndex},"leaf":${JSON.stringify(leaf)},"salt":${JSON.stringify(salt)},"details":${details ?? 'null'}${proof}}\n`;
  };
  return records.map(line).join('');
}

/** What is missing is left out: the bundle then does not verify, as it should not. */
const hashes = async (db: Db, ranges: Parameters<typeof rootsOf>[1]): Promise<string[]> =>
  ((await rootsOf(db, ranges)) ?? []).map(hex);
