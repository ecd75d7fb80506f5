import { PASSWORD_BYTES_MAX, PASSWORD_LENGTH_MIN } from '@mcp-coordinator/contract/auth.contract';
import { COMMON_PASSWORDS } from './frequent-passwords.ts';

/** One form of a password whatever keyboard wrote it (NIST SP 800-63B §3.1.1.2): hash and compare this, never the input. */
export const normalisePassword = (password: string): string => password.normalize('NFKC');

/** Whether bcrypt reads all of it: it ignores what lies beyond 72 bytes, and a lone surrogate has no bytes of its own. */
export const fitsBcrypt = (normalised: string): boolean =>
  normalised.isWellFormed() && utf8Bytes(normalised) <= PASSWORD_BYTES_MAX;

/** Why a new password is not acceptable, as the end of a sentence ("the password …"); undefined when it is. */
export function passwordProblem(password: string, username: string): string | undefined {
  const normalised = normalisePassword(password);
  if (Array.from(normalised).length < PASSWORD_LENGTH_MIN)
    return `must have at least ${PASSWORD_LENGTH_MIN} characters`;
  if (!fitsBcrypt(normalised)) return `must be valid Unicode of at most ${PASSWORD_BYTES_MAX} bytes`;
  const plain = normalised.toLowerCase().replace(/\s+/gu, '');
  if (plain.replaceAll(username, '') === '') return 'must not be the user name';
  if (COMMON_PASSWORDS.has(plain)) return 'is among the commonest passwords';
  if (repeatsShortPattern(plain)) return 'must not repeat a short pattern';
  if (isSequence(plain)) return 'must not be a plain sequence';
  return undefined;
}

function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

const PATTERN_LENGTH_MAX = 4;

/** `aaaaaaaaaaaa`, `abcabcabcabc`, `1212121212121`: the same one to four characters over and over. */
function repeatsShortPattern(text: string): boolean {
  for (let length = 1; length <= PATTERN_LENGTH_MAX; length += 1) {
    const pattern = text.slice(0, length);
    if (pattern.repeat(Math.ceil(text.length / length)).slice(0, text.length) === text) return true;
  }
  return false;
}

/** `abcdefghijkl`, `210987654321`: every step up by one, or every step down; digits go around at 9. */
function isSequence(text: string): boolean {
  const follows = (before: string, after: string): boolean =>
    /^90$/.test(before + after) || after.charCodeAt(0) - before.charCodeAt(0) === 1;
  const letters = text.split('');
  const up = letters.every((letter, index) => index === 0 || follows(letters[index - 1] ?? '', letter));
  return up || letters.every((letter, index) => index === 0 || follows(letter, letters[index - 1] ?? ''));
}
