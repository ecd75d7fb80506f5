import type { ActionRequest } from '@mcp-coordinator/client/agent/action-journal';
import type { ActionOutcome } from '@mcp-coordinator/contract/mcp.contract';
import { knownFile } from '../clients/known-clients.ts';
import { removeEmptyFolders, removeLeftovers, replaceFile } from '../files/atomic-write.ts';
import { bytesHash } from '../files/file-bytes.ts';
import { withFileLock } from '../files/file-lock.ts';
import { type OpenedConfig, openConfig } from '../inventory/open-config.ts';
import { OutcomeDraft, type Report } from './change-outcome.ts';
import type { ChangeUndo } from './change-undo.ts';
import { conclude, type Executor, isoNow, type Run } from './executor.ts';
import { inverseEdit } from './inverse-edit.ts';
import { restoreBytes } from './restore-bytes.ts';

/** Undoes an action that was carried out here: to the byte where the file is as the action left it, else by the inverse edit. */
export function rollbackChange(executor: Executor, request: ActionRequest, report: Report): Promise<ActionOutcome> {
  return executor.journal.exclusively(request, async () => {
    const outcome = new OutcomeDraft(request, executor.machine.clock.steady, report);
    const run: Run = { request, outcome };
    const known = await executor.journal.check(request);
    if (!known.ok) return outcome.end('refused', known.refusal.detail);
    if (known.value.state === 'finished') return known.value.outcome;
    const applied = await executor.journal.record({ ...request, operation: 'apply' });
    if (applied === null) return outcome.end('refused', 'This action was never carried out here. Nothing was changed.');
    if (
      applied.actionDigest !== request.actionDigest ||
      applied.planDigest !== request.planDigest ||
      isForeign(executor, request, applied.proposalDigest)
    ) {
      return outcome.end(
        'refused',
        'The action that was carried out under these ids is another one. Nothing was changed.',
      );
    }
    await executor.journal.intend(request, isoNow(executor.machine), null);
    if (applied.undo === null) {
      outcome.note('the action had left no change, so there was none to undo');
      return conclude(executor, run, outcome.end('rolled_back'));
    }
    return undoInFile(executor, run, applied.undo);
  });
}

/** Whether the change was made for another proposal than the one that is shown; those of older journals have none. */
const isForeign = (
  { verifyConsent }: Executor,
  { proposalDigest }: ActionRequest,
  applied: string | undefined,
): boolean =>
  proposalDigest !== undefined && proposalDigest !== applied && (applied !== undefined || verifyConsent !== null);

async function undoInFile(executor: Executor, run: Run, undo: ChangeUndo): Promise<ActionOutcome> {
  const file = knownFile(executor.machine.place, undo.client, undo.scope, undo.path);
  const first = file === undefined ? null : await openConfig(file, executor.machine.roots);
  if (file === undefined || first === null || !first.ok) {
    return conclude(
      executor,
      run,
      run.outcome.end('failed', `${undo.path} can no longer be reached, so nothing was undone. Undo it by hand.`),
    );
  }
  const { realPath } = first.value.at;
  const done = await withFileLock(realPath, async () => {
    await removeLeftovers(realPath);
    const opened = await openConfig(file, executor.machine.roots);
    return opened.ok ? undoOpened(executor, run, undo, opened.value) : run.outcome.end('failed', opened.refusal.detail);
  });
  // Only now is the lock out of the folder; one that holds anything stays.
  if (done?.status === 'rolled_back') await removeEmptyFolders(undo.madeFolders);
  return (
    done ??
    run.outcome.end('failed', `${undo.path} is being changed by another installer. Nothing was undone. Try again.`)
  );
}

async function undoOpened(
  executor: Executor,
  run: Run,
  undo: ChangeUndo,
  config: OpenedConfig,
): Promise<ActionOutcome> {
  const hash = bytesHash(config.bytes?.bytes ?? null);
  if (hash === undo.hashBefore) {
    run.outcome.note(`${undo.path} is as it was before the action`);
    return conclude(executor, run, run.outcome.end('rolled_back'));
  }
  if (hash === undo.hashAfter && (await restoreBytes(executor, config.at.realPath, undo))) {
    run.outcome.note(`${undo.path} was restored to the byte`);
    return conclude(executor, run, run.outcome.end('rolled_back'));
  }
  const text = await inverseEdit(executor, undo, config);
  if (!text.ok) return conclude(executor, run, run.outcome.end('failed', text.refusal.detail));
  executor.ownWrites.note(config.at.realPath, bytesHash(Buffer.from(text.value)));
  const written = await replaceFile(config.at.realPath, Buffer.from(text.value), hash);
  if (!written.ok)
    return run.outcome.end('failed', `${undo.path} changed while it was being undone. Nothing was undone. Try again.`);
  run.outcome.note(`${undo.path} had changed since, so the change alone was taken back`);
  return conclude(executor, run, run.outcome.end('rolled_back'));
}
