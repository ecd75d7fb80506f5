import type { ActionOutcome } from '@mcp-coordinator/contract/mcp.contract';
import type { ChangeUndo } from './change-undo.ts';
import { checkStart } from './check-start.ts';
import { conclude, type Executor, type Run } from './executor.ts';
import { restoreBytes } from './restore-bytes.ts';

/** What comes after the file is as it should be: the server proves itself, or the file goes back. */
export async function finishChange(
  executor: Executor,
  run: Run,
  realPath: string,
  undo: ChangeUndo,
  restart: readonly string[],
): Promise<ActionOutcome> {
  const problem = await checkStart(executor, run, undo);
  await executor.reached?.('server_started');
  // A change must not make things worse; a server that was broken before is another matter.
  const brokenAnyway = problem !== null && undo.failedBefore;
  if (brokenAnyway) run.outcome.note(`${undo.name} still does not start, as before the change: ${problem}`);
  if (problem === null || brokenAnyway) {
    for (const hint of restart) run.outcome.note(`to take effect: ${hint}`);
    return conclude(executor, run, run.outcome.end('completed'));
  }
  const restored = await restoreBytes(executor, realPath, undo);
  const after = restored
    ? 'The file was put back as it was.'
    : 'The file was changed by someone else meanwhile and was left as it is.';
  return conclude(
    executor,
    run,
    run.outcome.end(
      'failed',
      `${undo.name} did not start: ${problem}. ${after} Correct the command or its variables and propose the change again.`,
    ),
  );
}
