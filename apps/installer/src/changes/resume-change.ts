import type { ActionOutcome } from '@mcp-coordinator/contract/mcp.contract';
import { valueAt } from '@mcp-coordinator/core/configuration/json-pointer';
import { knownFile, restartHint } from '../clients/known-clients.ts';
import { bytesHash } from '../files/file-bytes.ts';
import { withFileLock } from '../files/file-lock.ts';
import { stableText } from '../inventory/keyed-hash.ts';
import { openConfig } from '../inventory/open-config.ts';
import type { ChangeUndo } from './change-undo.ts';
import { conclude, type Executor, type Run } from './executor.ts';
import { finishChange } from './finish-change.ts';

/**
 * Goes on after a run that was killed with its intent on disk. Null when nothing was written yet: the change begins anew, under
 * the same ids. The file itself tells, by its bytes or, where a client rewrote it since, by its entry.
 */
export async function resumeChange(executor: Executor, run: Run, undo: ChangeUndo): Promise<ActionOutcome | null> {
  const file = knownFile(executor.machine.place, undo.client, undo.scope, undo.path);
  const opened = file === undefined ? null : await openConfig(file, executor.machine.roots);
  if (opened === null || !opened.ok) {
    return conclude(
      executor,
      run,
      run.outcome.end(
        'failed',
        `${undo.path} can no longer be reached. An interrupted change may be in it. Look at the file.`,
      ),
    );
  }
  const { at, bytes, document } = opened.value;
  const hash = bytesHash(bytes?.bytes ?? null);
  if (hash === undo.hashBefore) return null;
  const entry = valueAt(document?.value, [...undo.root, undo.name]);
  const entryNow = entry === undefined ? 'nothing' : executor.machine.keyedHash(stableText(entry));
  if (hash !== undo.hashAfter && (document === null || entryNow !== undo.entryAfter)) return null;
  run.outcome.note(`went on after an interruption; ${undo.path} had been written`);
  const finish = () => finishChange(executor, run, at.realPath, undo, [restartHint(undo.client)]);
  return (
    (await withFileLock(at.realPath, finish)) ??
    run.outcome.end('failed', `${undo.path} is being changed by another installer. Try again.`)
  );
}
