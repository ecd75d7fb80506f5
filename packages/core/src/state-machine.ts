import { type Refusal, refuse } from '@mcp-coordinator/contract/refusals';
import { accept, deny, type Result } from './result.ts';

/** A state machine as one table: each move, the states it may be made in, and where it leads. */
export type Moves<State extends string> = Readonly<
  Record<string, { readonly from: readonly State[]; readonly to: State }>
>;

/** Proof that a move was allowed: stores take nothing else to write a status. */
export interface Transition<State extends string> {
  readonly move: string;
  readonly from: State;
  readonly to: State;
}

/** Every state that a table names. */
export type StateOf<Table extends Moves<string>> = Table[keyof Table]['from'][number] | Table[keyof Table]['to'];

export const canMove = <Table extends Moves<string>>(
  table: Table,
  state: StateOf<Table>,
  move: keyof Table & string,
): boolean => table[move]?.from.includes(state) ?? false;

/** Refuses with `invalid_transition` what the table does not know. `subject` names the thing in the refusal's words. */
export function moveFrom<Table extends Moves<string>>(
  table: Table,
  state: StateOf<Table>,
  move: keyof Table & string,
  subject: string,
): Result<Transition<StateOf<Table>>, Refusal<'invalid_transition'>> {
  const rule = table[move];
  if (rule?.from.includes(state)) return accept({ move, from: state, to: rule.to });
  const words = move.replaceAll('_', ' ');
  return deny(
    refuse(
      'invalid_transition',
      `${subject} is ${state.replaceAll('_', ' ')}, and "${words}" is possible only while it is ${rule?.from.join(' or ').replaceAll('_', ' ') ?? 'never'}. Nothing was changed.`,
    ),
  );
}
