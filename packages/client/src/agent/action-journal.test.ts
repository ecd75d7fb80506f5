import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActionOutcome } from '@mcp-coordinator/contract/mcp.contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ActionJournal, type ActionRequest } from './action-journal.ts';

const REQUEST: ActionRequest = {
  operation: 'apply',
  executionId: 'e1',
  actionId: 'a1',
  actionDigest: 'd1',
  planDigest: 'p1',
  jti: 'j1',
};
const OUTCOME: ActionOutcome = {
  executionId: 'e1',
  actionId: 'a1',
  status: 'completed',
  error: null,
  diff: '',
  log: ['done'],
  replayed: false,
  durationMs: 1,
};
const NOW = '2026-01-01T00:00:00.000Z';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'));
});
afterEach(() => rm(folder, { recursive: true }));
const open = () => ActionJournal.open<{ snapshot: string }>(join(folder, 'journal'));
const finished = async () => {
  const journal = await open();
  await journal.intend(REQUEST, NOW, { snapshot: 's' });
  await journal.conclude(REQUEST, OUTCOME);
  return journal;
};

describe('the action journal', () => {
  it('gives the same request the same answer again, over a restart', async () => {
    await finished();
    expect(await (await open()).check(REQUEST)).toEqual({
      ok: true,
      value: { state: 'finished', outcome: { ...OUTCOME, replayed: true } },
    });
  });

  it('gives the same action under a new grant the same answer, and remembers that grant', async () => {
    const journal = await finished();
    expect(await journal.check({ ...REQUEST, jti: 'j2' })).toMatchObject({ value: { state: 'finished' } });
    expect(await (await open()).check({ ...REQUEST, actionId: 'a2', jti: 'j2' })).toMatchObject({ ok: false });
  });

  it('takes an approval for one execution, of two at once and over a restart', async () => {
    const proposalDigest = 'sha256:one';
    const journal = await open();
    const other = { ...REQUEST, executionId: 'e2', jti: 'j2', proposalDigest };
    const both = await Promise.all([journal.check({ ...REQUEST, proposalDigest }), journal.check(other)]);
    expect(both).toMatchObject([{ ok: true }, { ok: false, refusal: { code: 'action_refused' } }]);
    await journal.intend({ ...REQUEST, proposalDigest }, NOW, null);
    await journal.conclude({ ...REQUEST, proposalDigest }, OUTCOME);
    const later = await open();
    expect(await later.check(other)).toMatchObject({ ok: false });
    // Another action of the same execution is part of the same approval.
    expect(await later.check({ ...REQUEST, actionId: 'a2', jti: 'j3', proposalDigest })).toMatchObject({ ok: true });
  });

  it('refuses the same ids with another action, and changes nothing', async () => {
    const journal = await finished();
    expect(await journal.check({ ...REQUEST, actionDigest: 'd2', jti: 'j2' })).toMatchObject({
      ok: false,
      refusal: { code: 'action_refused' },
    });
    expect(await journal.check(REQUEST)).toMatchObject({ value: { state: 'finished' } });
  });

  it.each([{ operation: 'rollback' as const }, { executionId: 'e2' }, { actionId: 'a2' }, { actionDigest: 'd2' }])(
    'refuses a used grant for anything else (%j), over a restart',
    async (other) => {
      await finished();
      expect(await (await open()).check({ ...REQUEST, ...other })).toMatchObject({ ok: false });
    },
  );

  it('knows an intent without an outcome for an interrupted run, with what undoing needs', async () => {
    await (await open()).intend(REQUEST, NOW, { snapshot: 's' });
    expect(await (await open()).check(REQUEST)).toMatchObject({
      value: { state: 'interrupted', record: { undo: { snapshot: 's' }, startedAt: NOW } },
    });
  });

  it('keeps applying and undoing apart', async () => {
    const journal = await finished();
    const undo: ActionRequest = { ...REQUEST, operation: 'rollback', jti: 'j3' };
    expect(await journal.check(undo)).toEqual({ ok: true, value: { state: 'fresh' } });
    await journal.intend(undo, NOW, null);
    await journal.conclude(undo, { ...OUTCOME, status: 'rolled_back' });
    expect(await journal.check(undo)).toMatchObject({ value: { outcome: { status: 'rolled_back' } } });
    expect(await journal.check(REQUEST)).toMatchObject({ value: { outcome: { status: 'completed' } } });
  });

  it('runs work on the same ids one after the other, failures included', async () => {
    const journal = await open();
    const order: string[] = [];
    let release = (): void => undefined;
    const first = journal.exclusively(REQUEST, async () => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      order.push('first');
      throw new Error('failed');
    });
    const second = journal.exclusively(REQUEST, () => Promise.resolve(order.push('second')));
    const other = journal.exclusively({ ...REQUEST, actionId: 'a2' }, () => Promise.resolve(order.push('other')));
    await other;
    release();
    await expect(first).rejects.toThrow('failed');
    await second;
    expect(order).toEqual(['other', 'first', 'second']);
  });

  it('keeps its folder to itself and leaves no drafts', async () => {
    await finished();
    const names = await readdir(join(folder, 'journal'));
    expect(names).toHaveLength(1);
    expect((await stat(join(folder, 'journal'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, 'journal', names[0]!))).mode & 0o777).toBe(0o600);
  });
});
