/** Replaces `text[start, end)` by `insert`. All that is outside stays byte for byte. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly insert: string;
}

export type Edited = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

/** Applies splices that do not overlap, from the last to the first. */
export const applySplices = (text: string, splices: readonly Splice[]): string =>
  [...splices]
    .sort((a, b) => b.start - a.start)
    .reduce((edited, { start, end, insert }) => edited.slice(0, start) + insert + edited.slice(end), text);

export const spliced = (text: string, ...splices: readonly Splice[]): Edited => ({
  ok: true,
  text: applySplices(text, splices),
});

export const cannotEdit = (reason: string): Edited => ({ ok: false, reason });
