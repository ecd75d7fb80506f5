import { removeFile, replaceFile } from '../files/atomic-write.ts';
import type { ChangeUndo } from './change-undo.ts';
import type { Executor } from './executor.ts';

/** Gives a file back to the byte, or removes it where none was. False when it is no longer as the change left it, or the snapshot is gone. */
export async function restoreBytes(
  { snapshots, ownWrites }: Pick<Executor, 'snapshots' | 'ownWrites'>,
  realPath: string,
  undo: ChangeUndo,
): Promise<boolean> {
  ownWrites.note(realPath, undo.hashBefore);
  if (undo.snapshotId === null) return (await removeFile(realPath, undo.hashAfter)).ok;
  const bytes = await snapshots.read(undo.snapshotId);
  return bytes !== null && (await replaceFile(realPath, bytes, undo.hashAfter)).ok;
}
