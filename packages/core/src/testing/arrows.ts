import { type Moves, moveFrom } from '../state-machine.ts';

/** What a table allows, as `from → to`, found by trying every move in every state; a state that stays itself is no arrow. */
export function arrowsOf(table: Moves<string>, states: readonly string[]): string[] {
  const arrows = new Set<string>();
  for (const state of states) {
    for (const move of Object.keys(table)) {
      const made = moveFrom(table, state, move, 'it');
      if (made.ok && made.value.to !== state) arrows.add(`${state} → ${made.value.to}`);
    }
  }
  return [...arrows].sort();
}

/** The arrows of lines as CONTRACT §4 draws them: `a → b → c | d`, where what follows comes after the last alternative alone. */
export function drawnArrows(...lines: string[]): string[] {
  const arrows = new Set<string>();
  for (const line of lines) {
    const stages = line.split('→').map((stage) => stage.split('|').map((state) => state.trim()));
    for (const [index, stage] of stages.entries()) {
      const before = stages[index - 1]?.at(-1);
      if (before !== undefined) for (const state of stage) arrows.add(`${before} → ${state}`);
    }
  }
  return [...arrows].sort();
}
