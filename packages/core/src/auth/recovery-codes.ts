export const RECOVERY_CODES_MADE = 10;
/** 120 bits: past what a plain hash needs to keep them (OWASP ASVS 5.0, 6.5.2). */
export const RECOVERY_CODE_BYTES = 15;

/** Crockford's base 32: no letter that is taken for a digit. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const FORM = new RegExp(`^[${ALPHABET}]{${(RECOVERY_CODE_BYTES * 8) / 5}}$`);

/** Six groups of four, to be written down. */
export function formatRecoveryCode(bytes: Uint8Array): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  const letters = (bits.match(/.{5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five, 2)]);
  return (letters.join('').match(/.{4}/g) ?? []).join('-');
}

/** The one form that is hashed, of a code as people type it; nothing where it cannot be one. */
export function normaliseRecoveryCode(text: string): string | undefined {
  const letters = text.normalize('NFKC').toUpperCase().replaceAll(/[\s-]/gu, '').replaceAll('O', '0');
  const code = letters.replaceAll(/[IL]/g, '1');
  return FORM.test(code) ? code : undefined;
}
