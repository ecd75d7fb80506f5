import { dirname } from 'node:path';
import type { ActionRequest } from '@mcp-coordinator/client/agent/action-journal';
import type { Action, ActionPlan } from '@mcp-coordinator/contract/actions.contract';
import type { ActionOutcome } from '@mcp-coordinator/contract/mcp.contract';
import type { Refusal } from '@mcp-coordinator/contract/refusals';
import { makeFolders, removeEmptyFolders, removeLeftovers, replaceFile } from '../files/atomic-write.ts';
import { bytesHash, readBytes } from '../files/file-bytes.ts';
import { withFileLock } from '../files/file-lock.ts';
import { writeProblem } from '../files/write-problem.ts';
import { stableText } from '../inventory/keyed-hash.ts';
import { planOf } from './action-plan.ts';
import { OutcomeDraft, type Report } from './change-outcome.ts';
import type { ChangeUndo } from './change-undo.ts';
import { failedBefore } from './check-start.ts';
import type { Draft } from './draft.ts';
import { draftAction } from './draft-action.ts';
import { conclude, deskOf, type Executor, isoNow, type Run } from './executor.ts';
import { finishChange } from './finish-change.ts';
import { resumeChange } from './resume-change.ts';
import { keepPackage } from './store-launch.ts';

interface ApplyRun extends Run {
  readonly action: Action;
}

const BEGUN_OTHERWISE =
  'This action was begun under another plan and interrupted. Nothing more was changed. Undo it, then propose the change again.';

/**
 * Carries out one action whose grant was verified. Idempotent by execution and action id, over kill -9 at any point:
 * intent, write and outcome are each on disk before the next begins.
 */
export function applyChange(
  executor: Executor,
  request: ActionRequest,
  action: Action,
  report: Report,
): Promise<ActionOutcome> {
  return executor.journal.exclusively(request, async () => {
    const outcome = new OutcomeDraft(request, executor.machine.clock.steady, report);
    const run: ApplyRun = { request, action, outcome };
    const known = await executor.journal.check(request);
    if (!known.ok) return outcome.end('refused', known.refusal.detail);
    if (known.value.state === 'finished') return known.value.outcome;
    if (request.signers) outcome.note(`verified the passkeys of ${request.signers.join(', ')} on this machine`);
    if (known.value.state === 'interrupted' && known.value.record.undo !== null) {
      if (known.value.record.planDigest !== request.planDigest) return outcome.end('refused', BEGUN_OTHERWISE);
      const resumed = await resumeChange(executor, run, known.value.record.undo);
      if (resumed !== null) return resumed;
    }
    return begin(executor, run);
  });
}

/** Drafts once to learn which file it is, then again as its only writer. */
async function begin(executor: Executor, run: ApplyRun): Promise<ActionOutcome> {
  const first = await draftAction(run.action, deskOf(executor));
  if (!first.ok) return stale(executor, run, first.refusal);
  if (planOf(first.value, executor.machine).planDigest !== run.request.planDigest) return stale(executor, run, null);
  return unlessUnwritable(first.value, run, async () => {
    const missing = await keepPackage(executor, run, first.value.stored);
    if (missing !== null) return missing;
    const { realPath } = first.value.config.at;
    const madeFolders = await makeFolders(dirname(realPath));
    const done = await withFileLock(realPath, () => underLock(executor, run, madeFolders)).catch(async (error) => {
      await removeEmptyFolders(madeFolders);
      throw error;
    });
    // Only now is the lock out of the folder; one that holds anything stays.
    if (done?.status !== 'completed') await removeEmptyFolders(madeFolders);
    return (
      done ??
      run.outcome.end(
        'failed',
        `${first.value.config.file.path} is being changed by another installer. Nothing was changed. Try again.`,
      )
    );
  });
}

/** A disk that takes no more is no bug: as long as the file is as it was, the change has merely failed. */
async function unlessUnwritable(
  { config }: Draft,
  run: ApplyRun,
  work: () => Promise<ActionOutcome>,
): Promise<ActionOutcome> {
  try {
    return await work();
  } catch (error) {
    const why = writeProblem(error);
    const now = bytesHash((await readBytes(config.at.realPath))?.bytes ?? null);
    if (why === null || now !== bytesHash(config.bytes?.bytes ?? null)) throw error;
    return run.outcome.end(
      'failed',
      `${config.file.path} could not be written: ${why}. Nothing was changed. Try again.`,
    );
  }
}

async function underLock(executor: Executor, run: ApplyRun, madeFolders: readonly string[]): Promise<ActionOutcome> {
  const draft = await draftAction(run.action, deskOf(executor));
  if (!draft.ok) return stale(executor, run, draft.refusal);
  const plan = planOf(draft.value, executor.machine);
  if (plan.planDigest !== run.request.planDigest) return stale(executor, run, null);
  run.outcome.diff = plan.diff;
  await removeLeftovers(draft.value.config.at.realPath);
  await executor.reached?.('before_intent');
  const undo = await prepareUndo(executor, draft.value, madeFolders);
  await executor.journal.intend(run.request, isoNow(executor.machine), undo);
  await executor.reached?.('intent_written');
  return write(executor, run, draft.value, plan, undo);
}

async function prepareUndo(executor: Executor, draft: Draft, madeFolders: readonly string[]): Promise<ChangeUndo> {
  const { machine, snapshots } = executor;
  const { config, root, name, dropped, entryAfter } = draft;
  const { client, scope, path } = config.file;
  return {
    ...{ client, scope, path, root, name, dropped, madeFolders },
    snapshotId: config.bytes === null ? null : await snapshots.keep(config.bytes.bytes),
    failedBefore: await failedBefore(executor, config.file, { root, name }),
    hashBefore: bytesHash(config.bytes?.bytes ?? null),
    hashAfter: bytesHash(Buffer.from(draft.after.text)),
    entryAfter: entryAfter === undefined ? 'nothing' : machine.keyedHash(stableText(entryAfter)),
  };
}

async function write(
  executor: Executor,
  run: Run,
  draft: Draft,
  plan: ActionPlan,
  undo: ChangeUndo,
): Promise<ActionOutcome> {
  if (draft.secrets !== null) {
    await executor.secretStore.keep(draft.secrets);
    run.outcome.note(`kept ${Object.keys(draft.secrets.values).join(', ')} in the machine's secret store`);
  }
  const { realPath } = draft.config.at;
  executor.ownWrites.note(realPath, undo.hashAfter);
  const written = await replaceFile(realPath, Buffer.from(draft.after.text), undo.hashBefore);
  if (!written.ok) return stale(executor, run, null);
  run.outcome.note(`wrote ${undo.path}`);
  await executor.reached?.('file_written');
  return finishChange(executor, run, realPath, undo, plan.restart);
}

/** The files are no longer what was previewed: nothing is written. */
async function stale(executor: Executor, run: Run, refusal: Refusal | null): Promise<ActionOutcome> {
  const why =
    refusal?.detail ??
    'The configuration is no longer the one that was previewed. Nothing was changed. Propose the change again.';
  await executor.journal.intend(run.request, isoNow(executor.machine), null);
  return conclude(executor, run, run.outcome.end('stale', why));
}
