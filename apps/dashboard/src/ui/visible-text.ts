// Direction overrides, zero-width and control characters make a text read otherwise than it is: the reader must see them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: showing them is the purpose
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

/** Text of foreign origin, with every invisible character written out as `⟨U+202E⟩`. */
export const visibleText = (text: string): string =>
  text.replace(UNSEEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
