import { mkdtemp, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeExecutor } from '../compose.ts';
import { assessed, NOW, serverWithTools } from '../testing/subjects.ts';
import { applyAction } from './apply-action.ts';
import { applyToState, isApplied, type StateEdit, undoOf } from './apply-to-state.ts';
import { EMPTY_STATE } from './compliance-state.ts';
import type { Executor } from './executor.ts';
import { definitionsDigest, diffDefinitions, type PinnedDefinitions, whyNotPinnable } from './pinned-definitions.ts';
import { planAction } from './plan-action.ts';
import { rollbackAction } from './rollback-action.ts';

const servers = [assessed(serverWithTools([{ name: 'add_note', description: 'Adds a note.' }], { name: 'notes' }))];
const action = { id: 'p1', type: 'pin_tools' as const, serverName: 'notes' };
const executorIn = async (folder: string): Promise<Executor> => ({
  ...(await composeExecutor(folder)),
  clock: { now: () => NOW, steadyMs: () => 0 },
});

function requestFor({ store }: Executor, executionId: string, operation: 'apply' | 'rollback' = 'apply') {
  const planned = planAction(action, servers, store.state, NOW);
  if (!planned.ok) throw new Error(planned.refusal.detail);
  return {
    operation,
    executionId,
    actionId: action.id,
    actionDigest: 'd',
    planDigest: planned.value.plan.planDigest,
    jti: `${operation}-${executionId}`,
  };
}

describe('carrying out', () => {
  it('goes on where a killed run stopped: after its intent, and after its record', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'compliance-'));
    const first = await executorIn(folder);
    const request = requestFor(first, 'e1');
    await first.journal.intend(request, NOW.toISOString(), { kind: 'pin', server: 'x', record: null });
    const second = await executorIn(folder);
    expect((await applyAction(second, request, action, servers)).status).toBe('completed');
    expect(second.store.state.pins).toHaveLength(1);

    const other = requestFor(second, 'e2');
    const pinned = second.store.state.pins[0];
    if (pinned === undefined) throw new Error('nothing was pinned');
    await second.journal.intend(other, NOW.toISOString(), { kind: 'pin', server: pinned.server, record: pinned });
    await second.store.edit({ kind: 'pin', server: pinned.server, record: { ...pinned, executionId: 'e2' } });
    const third = await executorIn(folder);
    expect(await applyAction(third, other, action, [])).toMatchObject({ status: 'completed', replayed: false });
    expect((await rollbackAction(third, requestFor(third, 'e2', 'rollback'))).status).toBe('rolled_back');
    expect(third.store.state.pins).toEqual([pinned]);
  });

  it('undoes only what is still there', async () => {
    const executor = await executorIn(await mkdtemp(join(tmpdir(), 'compliance-')));
    await applyAction(executor, requestFor(executor, 'e1'), action, servers);
    await applyAction(executor, requestFor(executor, 'e2'), action, servers);
    expect((await rollbackAction(executor, requestFor(executor, 'e1', 'rollback'))).status).toBe('failed');
    expect((await rollbackAction(executor, requestFor(executor, 'e9', 'rollback'))).status).toBe('refused');
    expect(executor.store.state.pins[0]?.executionId).toBe('e2');
  });

  it('keeps its files to itself and leaves no litter', async () => {
    const folder = join(await mkdtemp(join(tmpdir(), 'compliance-')), 'data');
    const executor = await executorIn(folder);
    await applyAction(executor, requestFor(executor, 'e1'), action, servers);
    expect((await readdir(folder)).sort()).toEqual(['journal', 'pins.json']);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, 'pins.json'))).mode & 0o777).toBe(0o600);
  });
});

describe('the state', () => {
  const edit: fc.Arbitrary<StateEdit> = fc
    .tuple(
      fc.constantFrom('a', 'b'),
      fc.constantFrom('CFG-01', 'CFG-02'),
      fc.constantFrom('e1', 'e2', 'e3'),
      fc.boolean(),
    )
    .map(([server, rule, executionId, gone]) => ({
      kind: 'waiver',
      server,
      rule,
      record: gone
        ? null
        : { server, rule, executionId, reason: 'r', until: NOW.toISOString(), acceptedAt: NOW.toISOString() },
    }));

  it('comes back by undoing, newest first', () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 12 }), (edits) => {
        const undos: StateEdit[] = [];
        let state = EMPTY_STATE;
        for (const one of edits) {
          undos.unshift(undoOf(state, one));
          state = applyToState(state, one);
          expect(isApplied(state, one)).toBe(true);
          expect(applyToState(state, one)).toEqual(state);
        }
        for (const undo of undos) state = applyToState(state, undo);
        expect(state).toEqual(EMPTY_STATE);
      }),
    );
  });
});

describe('definitions', () => {
  const definitions: fc.Arbitrary<PinnedDefinitions> = fc.record({
    tools: fc.uniqueArray(
      fc.record({
        name: fc.string({ unit: 'grapheme', minLength: 1 }),
        description: fc.string(),
        inputSchema: fc.jsonValue(),
      }),
      { selector: ({ name }) => name, maxLength: 4 },
    ),
    prompts: fc.constant([]),
    resources: fc.constant([]),
  });
  it('differ exactly when their digests do', () => {
    fc.assert(
      fc.property(definitions, definitions, (a, b) => {
        fc.pre(whyNotPinnable(a) === undefined && whyNotPinnable(b) === undefined);
        const [one, other] = [a, b].map((value) => JSON.parse(JSON.stringify(value)) as PinnedDefinitions);
        if (one === undefined || other === undefined) return;
        const sorted = (value: PinnedDefinitions) => ({
          ...value,
          tools: [...value.tools].sort((x, y) => (x.name < y.name ? -1 : 1)),
        });
        expect(diffDefinitions(one, other).length === 0).toBe(
          definitionsDigest(sorted(one)) === definitionsDigest(sorted(other)),
        );
        expect(diffDefinitions(one, one)).toEqual([]);
      }),
    );
  });
});
