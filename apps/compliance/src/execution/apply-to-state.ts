import type { ComplianceState, Pin, Waiver } from './compliance-state.ts';

/** One record put into the state, or taken out of it. */
export type StateEdit =
  | { readonly kind: 'pin'; readonly server: string; readonly record: Pin | null }
  | { readonly kind: 'waiver'; readonly server: string; readonly rule: string; readonly record: Waiver | null };

/** The state with the edit made. Making it twice changes nothing more. */
export function applyToState(state: ComplianceState, edit: StateEdit): ComplianceState {
  if (edit.kind === 'pin') {
    const others = state.pins.filter((pin) => pin.server !== edit.server);
    return { ...state, pins: edit.record === null ? others : [...others, edit.record] };
  }
  const others = state.waivers.filter((waiver) => waiver.server !== edit.server || waiver.rule !== edit.rule);
  return { ...state, waivers: edit.record === null ? others : [...others, edit.record] };
}

/** The edit that takes this one back. */
export function undoOf(state: ComplianceState, edit: StateEdit): StateEdit {
  if (edit.kind === 'pin') return { ...edit, record: state.pins.find((pin) => pin.server === edit.server) ?? null };
  const before = state.waivers.find((waiver) => waiver.server === edit.server && waiver.rule === edit.rule);
  return { ...edit, record: before ?? null };
}

/** True when the record the edit would write is what stands there, or nothing is where it would take one out. */
export function isApplied(state: ComplianceState, edit: StateEdit): boolean {
  const { record } = undoOf(state, edit);
  return record?.executionId === edit.record?.executionId && (record === null) === (edit.record === null);
}
