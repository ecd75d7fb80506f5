import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { equalHashes } from '@mcp-coordinator/core/audit/merkle-hash';
import type { CheckpointSigner, OpenedCheckpoint } from '../checkpoint-signing.ts';
import type { Witness, WitnessAnswer } from './witness.ts';

/** More than a note takes. */
const TAIL_BYTES = 16_384;

/**
 * A file that checkpoints are appended to, on a disk that whoever writes to the database cannot write to. The last note in it
 * is what was seen.
 */
export const createFileWitness = (path: string, signer: CheckpointSigner): Witness => ({
  name: basename(path),
  show: async ({ oldSize, oldRoot, note }) => {
    try {
      const file = await open(path, 'a+', 0o600);
      try {
        const { size } = await file.stat();
        const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
        await file.read(tail, 0, tail.length, size - tail.length);
        const answer = judge(lastNote(tail.toString('utf8')), { oldSize, oldRoot, note }, signer);
        if (answer.kind === 'taken' && !tail.toString('utf8').endsWith(note)) {
          await file.appendFile(size === 0 ? note : `\n${note}`);
          await file.sync();
        }
        return answer;
      } finally {
        await file.close();
      }
    } catch (error) {
      return { kind: 'away', why: `the file cannot be used (${error instanceof Error ? error.message : 'unknown'})` };
    }
  },
});

/** Notes are separated by an empty line, as text and signatures are: the last two paragraphs. */
const lastNote = (tail: string): string | undefined =>
  tail === '' ? undefined : tail.split('\n\n').slice(-2).join('\n\n');

function judge(
  last: string | undefined,
  shown: { oldSize: number; oldRoot: Uint8Array; note: string },
  signer: CheckpointSigner,
): WitnessAnswer {
  const present = signer.open(shown.note);
  const seen = last === undefined ? undefined : signer.open(last);
  if (last !== undefined && seen === undefined)
    return { kind: 'refused', why: 'the last checkpoint in the file cannot be read, or is not of a key that we trust' };
  if (present === undefined) return { kind: 'refused', why: 'the present checkpoint is not of a key that we trust' };
  // After a restore the log has another name, and begins anew here.
  const known: Pick<OpenedCheckpoint, 'size' | 'root'> | undefined = seen?.origin === present.origin ? seen : undefined;
  if (known === undefined) return { kind: 'taken', note: shown.note };
  if (known.size !== shown.oldSize) return { kind: 'seen', size: known.size };
  if (!equalHashes(known.root, shown.oldRoot))
    return {
      kind: 'refused',
      why: 'the last checkpoint in the file is not the beginning of this log: history was rewritten',
    };
  return { kind: 'taken', note: shown.note };
}
