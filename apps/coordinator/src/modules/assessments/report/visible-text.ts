/**
 * What a reader does not see, or what changes what is seen around it: controls but tab and newline, format characters (zero
 * width, bidirectional, tags), whatever Unicode calls ignorable, private use, line separators and lone surrogates.
 */
const HIDDEN = /(?![\t\n])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu;

export const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/** Shows what would hide: the evidence of a finding may be made of such characters alone. */
export const visibleText = (text: string): string =>
  text.replaceAll('\r\n', '\n').replace(HIDDEN, (character) => `[${codePoint(character)}]`);
