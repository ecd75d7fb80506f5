/** Direction overrides, zero-width and control characters make a text read otherwise than it is. */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}]/gu;

/** Text of foreign origin, with every invisible character written out as `⟨U+202E⟩`. */
export const visibleText = (text: string): string =>
  text.replace(UNSEEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
