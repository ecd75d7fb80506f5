import { describe, expect, it } from 'vitest';
import { canMove, type Moves, moveFrom } from './state-machine.ts';

const TABLE = {
  open_door: { from: ['shut', 'half_open'], to: 'wide_open' },
  shut: { from: ['wide_open'], to: 'shut' },
} as const satisfies Moves<'shut' | 'half_open' | 'wide_open'>;

describe('moveFrom', () => {
  it('answers the whole transition', () => {
    expect(moveFrom(TABLE, 'half_open', 'open_door', 'The door')).toEqual({
      ok: true,
      value: { move: 'open_door', from: 'half_open', to: 'wide_open' },
    });
    expect(moveFrom(TABLE, 'wide_open', 'shut', 'The door')).toEqual({
      ok: true,
      value: { move: 'shut', from: 'wide_open', to: 'shut' },
    });
  });

  it('refuses in words that name the subject, its state, the move and where it would be possible', () => {
    expect(moveFrom(TABLE, 'wide_open', 'open_door', 'The door')).toEqual({
      ok: false,
      refusal: {
        code: 'invalid_transition',
        detail:
          'The door is wide open, and "open door" is possible only while it is shut or half open. Nothing was changed.',
      },
    });
  });

  it('knows no move that the table does not name', () => {
    const move = 'explode' as 'shut';
    const refused = moveFrom(TABLE, 'shut', move, 'The door');
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'invalid_transition' } });
    expect(!refused.ok && refused.refusal.detail).toContain('only while it is never');
    expect(canMove(TABLE, 'shut', move)).toBe(false);
  });
});

it('canMove agrees with moveFrom', () => {
  for (const state of ['shut', 'half_open', 'wide_open'] as const) {
    for (const move of ['open_door', 'shut'] as const) {
      expect(canMove(TABLE, state, move)).toBe(moveFrom(TABLE, state, move, 'it').ok);
    }
  }
  expect(canMove(TABLE, 'shut', 'open_door')).toBe(true);
  expect(canMove(TABLE, 'shut', 'shut')).toBe(false);
});
