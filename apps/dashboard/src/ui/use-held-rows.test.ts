import { expect, it } from 'vitest';
import { heldRows } from './use-held-rows.ts';

const held = (rows: string[], known: string[]) => heldRows(rows, (row) => row, new Set(known));

it('keeps new rows back and lets those that left go', () => {
  expect(held(['new', 'a', 'b'], ['a', 'b', 'gone'])).toEqual({ shown: ['a', 'b'], fresh: 1 });
});

it('shows what comes where there was nothing', () => {
  expect(held(['new'], [])).toEqual({ shown: ['new'], fresh: 0 });
  expect(held([], ['gone'])).toEqual({ shown: [], fresh: 0 });
});
