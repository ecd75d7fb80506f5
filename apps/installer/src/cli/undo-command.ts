import type { JournalEntry } from '@mcp-coordinator/client/agent/action-journal';
import type { ActionOutcome } from '@mcp-coordinator/contract/mcp.contract';
import type { ChangeUndo } from '../changes/change-undo.ts';
import type { Executor } from '../changes/executor.ts';
import { stands, undoEntry } from '../changes/undo-entry.ts';
import { type ConsentOptions, consents, EXIT, type Exit, printJson, type Terminal } from './terminal.ts';

type Entry = JournalEntry<ChangeUndo>;

const saidOf = ({ apply }: Entry): string =>
  `${apply?.startedAt ?? ''}  ${apply?.undo?.name ?? ''} in ${apply?.undo?.path ?? ''}`;

/** Undoes the changes of one execution, or of the last one that still stands; the newest first. */
export async function undoCommand(
  executor: Executor,
  executionId: string | undefined,
  terminal: Terminal,
  options: ConsentOptions,
): Promise<Exit> {
  const standing = (await executor.journal.entries()).filter(stands);
  const wanted = executionId ?? standing.at(-1)?.executionId;
  const entries = standing.filter((entry) => entry.executionId === wanted);
  if (entries.length === 0) {
    terminal.say(
      executionId === undefined ? 'There is no change to undo.' : `No change of ${executionId} is left to undo.`,
    );
    return EXIT.refused;
  }
  return undoAll(executor, entries, terminal, options);
}

/** Gives every file back as it was before the installer changed it, and then forgets what it kept. */
export async function uninstallCommand(
  executor: Executor,
  forget: () => Promise<void>,
  terminal: Terminal,
  options: ConsentOptions,
): Promise<Exit> {
  const entries = (await executor.journal.entries()).filter(stands);
  if (entries.length > 0) {
    const undone = await undoAll(executor, entries, terminal, options);
    if (undone !== EXIT.done) return undone;
  } else if (
    !(await consents(terminal, 'No change of the installer is left. Remove what it keeps on this machine?', options))
  )
    return EXIT.refused;
  await forget();
  terminal.say('Every file is as it was, and what the installer kept on this machine is gone.');
  return EXIT.done;
}

async function undoAll(
  executor: Executor,
  entries: readonly Entry[],
  terminal: Terminal,
  options: ConsentOptions,
): Promise<Exit> {
  const newestFirst = [...entries].reverse();
  for (const entry of newestFirst) terminal.say(saidOf(entry));
  if (
    !(await consents(
      terminal,
      `Undo ${entries.length === 1 ? 'this change' : `these ${entries.length} changes`}?`,
      options,
    ))
  )
    return EXIT.refused;
  const outcomes: ActionOutcome[] = [];
  for (const entry of newestFirst) {
    const outcome = await undoEntry(executor, entry, terminal.say);
    outcomes.push(outcome);
    if (outcome.status !== 'rolled_back') terminal.say(outcome.error ?? outcome.status);
  }
  if (options.json === true) printJson(terminal, { outcomes });
  else for (const { executionId, status } of outcomes) terminal.data(`${executionId} ${status}\n`);
  return outcomes.every(({ status }) => status === 'rolled_back') ? EXIT.done : EXIT.refused;
}
