/** An expected outcome as a value: what was decided, or the refusal. Bugs and broken infrastructure throw instead. */
export type Result<Value, No> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: No };

export const accept = <Value>(value: Value): { readonly ok: true; readonly value: Value } => ({ ok: true, value });
export const deny = <No>(refusal: No): { readonly ok: false; readonly refusal: No } => ({ ok: false, refusal });
