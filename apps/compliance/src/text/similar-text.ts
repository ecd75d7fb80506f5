import { normaliseText } from './normalise-text.ts';

const EMPTY = new Set(
  'a an the of to in on for with and or by from via is are be it its this that as at into your you'.split(' '),
);

/** The words that carry meaning, without their commonest endings: "Sends e-mails" and "send email" are alike. */
export const meaningWords = (text: string): Set<string> =>
  new Set(
    normaliseText(text.slice(0, 4000))
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word.length > 1 && !EMPTY.has(word))
      .map((word) => (word.length > 4 ? word.replace(/(?:ing|ed|es|s)$/, '') : word)),
  );

/** Shared words over all words, 0 to 1 (Jaccard). Two empty texts are not alike: they say nothing. */
export function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  let shared = 0;
  for (const word of a) if (b.has(word)) shared++;
  return shared / (a.size + b.size - shared);
}
