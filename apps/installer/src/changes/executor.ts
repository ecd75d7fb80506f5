import type { ActionJournal, ActionRequest } from '@mcp-coordinator/client/agent/action-journal';
import type { ApproverKeys } from '@mcp-coordinator/contract/consent.contract';
import type { ActionOutcome } from '@mcp-coordinator/contract/mcp.contract';
import type { CaptureBook } from '../capture/capture-book.ts';
import type { VerifyConsent } from '../consent/verify-consent.ts';
import type { OwnWrites } from '../files/own-writes.ts';
import type { Snapshots } from '../files/snapshots.ts';
import type { Machine } from '../machine.ts';
import type { ViewPackage } from '../packages/npm-view.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { PackageStore } from '../store/package-store.ts';
import type { OutcomeDraft } from './change-outcome.ts';
import type { ChangeUndo } from './change-undo.ts';
import type { Desk } from './draft.ts';
import { WorkingCopies } from './working-copies.ts';

/** What carrying out changes needs. */
export interface Executor {
  readonly machine: Machine;
  readonly journal: ActionJournal<ChangeUndo>;
  readonly snapshots: Snapshots;
  readonly secretStore: SecretStore;
  readonly packageStore: PackageStore;
  /** What this installer wrote itself, so that it is not taken for a change from outside. */
  readonly ownWrites: OwnWrites;
  /** Whose signatures are asked for before anything is changed; null where the coordinator's grant is enough. */
  readonly approverKeys: ApproverKeys | null;
  readonly verifyConsent: VerifyConsent | null;
  readonly captures: CaptureBook;
  readonly viewPackage: ViewPackage;
  /** Changes that have begun and not ended; a stopping process waits for them. */
  readonly underWay: Set<Promise<unknown>>;
  /** Called at each step that a crash could follow; tests die here. */
  readonly reached?: (step: ChangeStep) => void | Promise<void>;
}

/** A desk with the files as they stand. */
export const deskOf = (executor: Executor, protectedPaths: readonly string[] = []): Desk => ({
  ...executor,
  protectedPaths,
  copies: new WorkingCopies(executor.machine.roots),
});

export const CHANGE_STEPS = [
  'before_intent',
  'intent_written',
  'file_written',
  'server_started',
  'before_conclude',
] as const;
export type ChangeStep = (typeof CHANGE_STEPS)[number];

/** One action on its way: what was asked, by whom it was allowed, and what is known of it so far. */
export interface Run {
  readonly request: ActionRequest;
  readonly outcome: OutcomeDraft;
}

export const isoNow = ({ clock }: Machine): string => new Date(clock.now()).toISOString();

/** Ends an action for good: from now on every request for it gets this answer. */
export async function conclude(
  { journal, reached }: Executor,
  { request }: Run,
  outcome: ActionOutcome,
): Promise<ActionOutcome> {
  await reached?.('before_conclude');
  await journal.conclude(request, outcome);
  return outcome;
}
