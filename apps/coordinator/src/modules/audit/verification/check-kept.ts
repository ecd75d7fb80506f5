import type { AuditProblem } from '@mcp-coordinator/contract/audit.contract';
import { equalHashes } from '@mcp-coordinator/core/audit/merkle-hash';
import type { Db } from '../../../db/schema.ts';
import type { CheckpointSigner } from '../checkpoint-signing.ts';
import { rootAt } from '../prove-log.ts';
import { newestCheckpoint } from '../tree.store.ts';

/** A checkpoint that was kept elsewhere against the log as it is: nothing when the log continues it. */
export async function checkKept(
  { db, signer }: { db: Db; signer: CheckpointSigner },
  note: string,
): Promise<AuditProblem | undefined> {
  const kept = signer.open(note);
  const problem = (text: string): AuditProblem => ({ leafIndex: null, recordId: null, problem: text });
  if (kept === undefined) return problem('The checkpoint that was kept is not of a key that we trust, or is none.');
  const size = (await newestCheckpoint(db))?.size ?? 0;
  if (kept.size > size)
    return problem(
      `The log had ${kept.size} records when the checkpoint was kept, and has ${size}: its end was cut off, or an old copy put back.`,
    );
  const root = await rootAt(db, kept.size);
  if (root === undefined)
    return problem(`The checkpoint of size ${kept.size} lies in the archived part: hold it against the archive.`);
  return equalHashes(root, kept.root)
    ? undefined
    : problem(`The first ${kept.size} records are not those that the kept checkpoint signed: history was rewritten.`);
}
