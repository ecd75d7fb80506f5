import { codePoint, visibleText } from './visible-text.ts';

/** What the standard fonts of PDF can show beyond Latin-1: the upper part of Windows-1252. */
const WINDOWS_1252 = '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ';
const UNSHOWABLE = new RegExp(`[^\\n\\u0020-\\u007e\\u00a0-\\u00ff${WINDOWS_1252}]+`, 'gu');

/** No font is embedded: one that covers every script would be larger than the report. Evidence of more is in the HTML report. */
const TEXT_LENGTH_MAX = 2_000;

/** Text that the standard fonts can set; runs of other characters are given by code point. */
export function pdfText(text: string): string {
  const cut =
    text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX)}… (${text.length - TEXT_LENGTH_MAX} more)` : text;
  return visibleText(cut)
    .replaceAll('\t', '    ')
    .replace(UNSHOWABLE, (run) => `[${Array.from(run, codePoint).join(' ')}]`);
}
