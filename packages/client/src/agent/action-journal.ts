import { createHash } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionOutcome, GrantClaims } from '@mcp-coordinator/contract/mcp.contract';
import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { readJson, writeJsonDurably } from './durable-json.ts';

/** Which action is asked for, by which grant. All of it comes out of a verified grant. */
export interface ActionRequest
  extends Pick<GrantClaims, 'operation' | 'executionId' | 'actionId' | 'actionDigest' | 'planDigest' | 'jti'> {
  /** What was approved; absent where the person at the machine agreed. */
  readonly proposalDigest?: string;
  /** Whose signatures of it were verified here. */
  readonly signers?: readonly string[];
}

/** One operation on one action: written as intent before the first effect, completed by its outcome. */
export interface JournalRecord<Undo> {
  readonly actionDigest: string;
  readonly planDigest: string;
  readonly proposalDigest?: string;
  /** Every grant that asked for it. */
  readonly jtis: readonly string[];
  readonly startedAt: string;
  /** What undoing needs; null for an operation that left nothing to undo. */
  readonly undo: Undo | null;
  readonly outcome: ActionOutcome | null;
}

/** What was asked for under one pair of ids. */
export interface JournalEntry<Undo> {
  readonly executionId: string;
  readonly actionId: string;
  readonly apply?: JournalRecord<Undo>;
  readonly rollback?: JournalRecord<Undo>;
}

/** `finished`: answer this. `interrupted`: a run was killed after its intent; look what it left and go on. */
export type JournalState<Undo> =
  | { readonly state: 'fresh' }
  | { readonly state: 'interrupted'; readonly record: JournalRecord<Undo> }
  | { readonly state: 'finished'; readonly outcome: ActionOutcome };
type Checked<Undo> =
  | { readonly ok: true; readonly value: JournalState<Undo> }
  | { readonly ok: false; readonly refusal: Refusal<'action_refused'> };

/** What each grant was used for, so that it is good for nothing else. */
type GrantIndex = Map<string, string>;
/** The one execution that each approved proposal was carried out under. */
type ProposalIndex = Map<string, string>;

const useOf = ({ operation, executionId, actionId, actionDigest }: ActionRequest): string =>
  JSON.stringify([operation, executionId, actionId, actionDigest]);

/**
 * The executor's memory of granted actions, durable over kill -9: one file for each execution and action id (CONTRACT §4:
 * "the same grant with the same action again gets the journalled answer, anything else is refused").
 */
export class ActionJournal<Undo> {
  readonly #folder: string;
  readonly #grants: GrantIndex;
  readonly #proposals: ProposalIndex;
  readonly #turns = new Map<string, Promise<unknown>>();

  private constructor(folder: string, grants: GrantIndex, proposals: ProposalIndex) {
    this.#folder = folder;
    this.#grants = grants;
    this.#proposals = proposals;
  }

  /** Opens the journal in a folder of its own, making it (mode 0700) when it is not there. */
  static async open<Undo>(folder: string): Promise<ActionJournal<Undo>> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const grants: GrantIndex = new Map();
    const proposals: ProposalIndex = new Map();
    for (const name of await readdir(folder)) {
      if (!name.endsWith('.json')) continue;
      const file = await readJson<JournalEntry<Undo>>(join(folder, name));
      if (file === null) continue;
      indexGrants(file, grants);
      indexProposals(file, proposals);
    }
    return new ActionJournal(folder, grants, proposals);
  }

  /** Runs `work` alone among all work on this execution and action id. */
  async exclusively<T>(
    { executionId, actionId }: Pick<ActionRequest, 'executionId' | 'actionId'>,
    work: () => Promise<T>,
  ): Promise<T> {
    const key = JSON.stringify([executionId, actionId]);
    const mine = (this.#turns.get(key) ?? Promise.resolve()).then(work);
    const settled = mine.then(
      () => undefined,
      () => undefined,
    );
    this.#turns.set(key, settled);
    try {
      return await mine;
    } finally {
      if (this.#turns.get(key) === settled) this.#turns.delete(key);
    }
  }

  /** Says how far a request has come, or refuses one that uses ids or a grant a second time for something else. */
  async check(request: ActionRequest): Promise<Checked<Undo>> {
    const used = this.#grants.get(request.jti);
    if (used !== undefined && used !== useOf(request)) return no('This grant was used for another action.');
    // Before anything is waited for: of two executions that show one approval at once, one is first.
    if (!this.#claim(request)) return no('This approval was used for another execution.');
    const record = await this.record(request);
    if (record === null) return { ok: true, value: { state: 'fresh' } };
    if (record.actionDigest !== request.actionDigest)
      return no('These ids were used for an action with other content.');
    if (record.outcome === null) return { ok: true, value: { state: 'interrupted', record } };
    await this.#remember(request, record);
    return { ok: true, value: { state: 'finished', outcome: { ...record.outcome, replayed: true } } };
  }

  /** The record of an operation, or null where none was begun. */
  async record(
    key: Pick<ActionRequest, 'operation' | 'executionId' | 'actionId'>,
  ): Promise<JournalRecord<Undo> | null> {
    return (await this.#read(key))?.[key.operation] ?? null;
  }

  /** Everything that was begun here, the oldest first. */
  async entries(): Promise<JournalEntry<Undo>[]> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith('.json'));
    const read = await Promise.all(names.map((name) => readJson<JournalEntry<Undo>>(join(this.#folder, name))));
    const begun = ({ apply, rollback }: JournalEntry<Undo>): string => (apply ?? rollback)?.startedAt ?? '';
    return read.filter((entry) => entry !== null).sort((one, other) => (begun(one) < begun(other) ? -1 : 1));
  }

  /** Writes what is about to be done; on disk when it answers. */
  async intend(request: ActionRequest, startedAt: string, undo: Undo | null): Promise<void> {
    const { actionDigest, planDigest, proposalDigest, jti } = request;
    const approved = proposalDigest === undefined ? {} : { proposalDigest };
    await this.#write(request, { actionDigest, planDigest, ...approved, jtis: [jti], startedAt, undo, outcome: null });
  }

  /** Writes what became of it; from then on every request for it gets this answer. */
  async conclude(request: ActionRequest, outcome: ActionOutcome): Promise<void> {
    const record = await this.record(request);
    if (record === null) throw new Error('an action was concluded without an intent');
    await this.#write(request, { ...record, jtis: [...new Set([...record.jtis, request.jti])], outcome });
  }

  /** An approval is worth one execution: whoever shows it again, under other ids, has kept it. */
  #claim({ proposalDigest, executionId }: ActionRequest): boolean {
    if (proposalDigest === undefined) return true;
    const first = this.#proposals.get(proposalDigest) ?? executionId;
    this.#proposals.set(proposalDigest, first);
    return first === executionId;
  }

  async #remember(request: ActionRequest, record: JournalRecord<Undo>): Promise<void> {
    if (!record.jtis.includes(request.jti))
      await this.#write(request, { ...record, jtis: [...record.jtis, request.jti] });
  }

  async #write(request: ActionRequest, record: JournalRecord<Undo>): Promise<void> {
    const { executionId, actionId, operation } = request;
    const file = (await this.#read(request)) ?? { executionId, actionId };
    await writeJsonDurably(this.#path(request), { ...file, [operation]: record });
    this.#grants.set(request.jti, useOf(request));
  }

  #read(key: Pick<ActionRequest, 'executionId' | 'actionId'>): Promise<JournalEntry<Undo> | null> {
    return readJson<JournalEntry<Undo>>(this.#path(key));
  }

  #path({ executionId, actionId }: Pick<ActionRequest, 'executionId' | 'actionId'>): string {
    const name = createHash('sha256')
      .update(JSON.stringify([executionId, actionId]))
      .digest('hex');
    return join(this.#folder, `${name}.json`);
  }
}

function indexGrants<Undo>(file: JournalEntry<Undo>, grants: GrantIndex): void {
  for (const operation of ['apply', 'rollback'] as const) {
    const record = file[operation];
    const { executionId, actionId } = file;
    for (const jti of record?.jtis ?? []) {
      grants.set(
        jti,
        useOf({ operation, executionId, actionId, actionDigest: record?.actionDigest ?? '', planDigest: '', jti }),
      );
    }
  }
}

function indexProposals<Undo>({ apply, rollback, executionId }: JournalEntry<Undo>, proposals: ProposalIndex): void {
  for (const record of [apply, rollback]) if (record?.proposalDigest) proposals.set(record.proposalDigest, executionId);
}

const no = (why: string): Checked<never> => ({
  ok: false,
  refusal: refuse('action_refused', `${why} Nothing was changed. Each grant is good for one action, once.`),
});
