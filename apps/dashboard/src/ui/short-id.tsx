const SHOWN_MAX = 20;

/** Ids of machines are long and their ends tell them apart: “asm_b336353ff1…6082”. */
export const shortId = (id: string): string => (id.length <= SHOWN_MAX ? id : `${id.slice(0, 14)}…${id.slice(-4)}`);

/** An id, short where it is long; the whole of it in the title. */
export function ShortId({ value }: { value: string }) {
  return <code title={value}>{shortId(value)}</code>;
}
