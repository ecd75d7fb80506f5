import { maskText } from '@mcp-coordinator/core/configuration/secrets';

const EVIDENCE_CHARS_MAX = 400;
/** What would not be seen, or would move the reader's cursor, is written out as its code point. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu;

/** Evidence as it may be shown anywhere: secrets masked, unseen characters named, of bounded length. */
export function printableEvidence(text: string): string {
  // Masked before it is cut: half a secret would not be recognised.
  const masked = maskText(text.slice(0, EVIDENCE_CHARS_MAX * 16));
  const visible = masked.replace(UNSEEN, (character) =>
    character === '\n'
      ? ' ⏎ '
      : character === '\t'
        ? ' '
        : `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
  return visible.length <= EVIDENCE_CHARS_MAX ? visible : `${visible.slice(0, EVIDENCE_CHARS_MAX - 1).toWellFormed()}…`;
}
