import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, writeJsonDurably } from '@mcp-coordinator/client/agent/durable-json';
import { applyToState, type StateEdit } from './apply-to-state.ts';
import { type ComplianceState, EMPTY_STATE, type Pin, type Waiver } from './compliance-state.ts';

/** Pins and waivers on disk: one file for each kind, replaced atomically. Edits wait for one another. */
export class StateStore {
  readonly #folder: string;
  #state: ComplianceState;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(folder: string, state: ComplianceState) {
    this.#folder = folder;
    this.#state = state;
  }

  /** Opens the store in a folder, making it (mode 0700) when it is not there. */
  static async open(folder: string): Promise<StateStore> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const pins = await readJson<Pin[]>(join(folder, 'pins.json'));
    const waivers = await readJson<Waiver[]>(join(folder, 'waivers.json'));
    return new StateStore(folder, { pins: pins ?? EMPTY_STATE.pins, waivers: waivers ?? EMPTY_STATE.waivers });
  }

  get state(): ComplianceState {
    return this.#state;
  }

  /** Makes the edit; on disk when it answers. */
  edit(edit: StateEdit): Promise<void> {
    const mine = this.#turn.then(async () => {
      const next = applyToState(this.#state, edit);
      const [name, records] = edit.kind === 'pin' ? ['pins.json', next.pins] : ['waivers.json', next.waivers];
      await writeJsonDurably(join(this.#folder, name), records);
      this.#state = next;
    });
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}
